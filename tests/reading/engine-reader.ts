import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { folderStore } from "../../model/folder-store";
import { findEngine } from "../../offline/engine/find-engine";

const run = promisify(execFile);

/** The values that the engine reads from a stack file, full key to text; undefined when it refuses the file. */
export type EngineValues = Readonly<Record<string, string>> | undefined;

/** The real engine as a reader of stack files: `pulumi config --json`. */
export interface EngineReader {
  read(content: Buffer): Promise<EngineValues>;
  remove(): void;
}

export async function openEngineReader(): Promise<EngineReader> {
  const directory = mkdtempSync(join(tmpdir(), "partner-access-reading-"));
  const engine = await findEngine({ env: process.env });
  for (const name of ["state", "home"]) mkdirSync(join(directory, name));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: partner-insights-access\nruntime: nodejs\n");
  const env = {
    PATH: process.env["PATH"],
    ...engine.env,
    PULUMI_HOME: join(directory, "home"),
    PULUMI_BACKEND_URL: folderStore(join(directory, "state")),
    PULUMI_CONFIG_PASSPHRASE: "reading",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = (...args: string[]) =>
    run(engine.pulumi, [...args, "--non-interactive"], { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 });
  await pulumi("stack", "init", "x");
  let files = 0;
  return {
    async read(content) {
      const file = join(directory, `text-${files++}.yaml`);
      writeFileSync(file, content);
      try {
        return valuesIn((await pulumi("config", "--json", "-s", "x", "--config-file", file)).stdout);
      } catch (error) {
        // It ends with an error for a file that it does not read; anything else is this test's own problem.
        if (typeof (error as { code?: unknown }).code === "number") return undefined;
        throw error;
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function valuesIn(json: string): Readonly<Record<string, string>> {
  const found = JSON.parse(json) as Record<string, { readonly value: string }>;
  return Object.fromEntries(Object.entries(found).map(([key, { value }]) => [key, value]));
}
