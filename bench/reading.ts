import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { main } from "../cli/main";
import { currentContext } from "../cli/shared/wiring";

/** What `stacks` takes over so many stack files, which share one vault or have one each. */
interface ReadingFigures {
  readonly vaults: "one for all" | "one each";
  readonly seconds: Readonly<Record<number, number>>;
  /** Seconds for a file among the most against a file among the fewest: 1 where the time grows with the files. */
  readonly ratio: number;
}

const counts = [1000, 5000] as const;

/** Reading is linear, whatever the stacks have in common: a time says how fast, the ratio that it stays so. */
export async function readingFigures(project: string): Promise<readonly ReadingFigures[]> {
  const figures: ReadingFigures[] = [];
  for (const vaults of ["one for all", "one each"] as const) {
    const seconds: Record<number, number> = {};
    // The first run warms up.
    for (const count of [counts[0], ...counts]) seconds[count] = await secondsFor(project, count, vaults);
    const [few, many] = counts.map((count) => (seconds[count] ?? 0) / count);
    figures.push({ vaults, seconds, ratio: Math.round((100 * (many ?? 0)) / (few ?? 1)) / 100 });
  }
  return figures;
}

async function secondsFor(project: string, count: number, vaults: ReadingFigures["vaults"]): Promise<number> {
  const projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-reading-"));
  try {
    for (const name of ["Pulumi.yaml", "access-policy.yaml"])
      copyFileSync(join(project, name), join(projectDirectory, name));
    const model = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
    for (let place = 0; place < count; place++) {
      const text = model.replace("alias: contoso", `alias: s${place}`);
      const vault = vaults === "one each" ? `s${place}-vault` : "shared-vault";
      writeFileSync(
        join(projectDirectory, `Pulumi.s${place}.yaml`),
        text.replace("name: fabrikam-partner-access", `name: ${vault}`),
      );
    }
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const startedAt = performance.now();
    const code = await main(["stacks"], { ...currentContext(), projectDirectory, stdout: nowhere });
    if (code !== 0) throw new Error("expected stacks without a problem");
    return Math.round(performance.now() - startedAt) / 1000;
  } finally {
    rmSync(projectDirectory, { recursive: true, force: true });
  }
}
