import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BenchStack, previewSeconds } from "./previews";

const project = resolve(__dirname, "..");
const STACKS = Number(process.argv.find((it) => it.startsWith("--stacks="))?.slice(9) ?? 1000);
const PREVIEWS = Number(process.argv.find((it) => it.startsWith("--previews="))?.slice(11) ?? 20);
const partnerTenantId = "11111111-1111-4111-8111-111111111111";

/** What one command took, its child processes included. */
interface Taken {
  readonly seconds: number;
  /** Resident memory of all its processes at once; pages that they share count for each. */
  readonly peakMegabytes: number;
}

function benchStacks(count: number): readonly BenchStack[] {
  return [...Array(count).keys()].map((number) => {
    const digits = String(number).padStart(12, "0");
    const stack = `tenant${digits.slice(8)}`;
    return { stack, tenantId: `11111111-1111-4111-8111-${digits}`, domain: `${stack}.example` };
  });
}

/** A repository with so many stacks, as `diff` meets it. */
function createRepository(): string {
  const directory = mkdtempSync(join(tmpdir(), "partner-access-bench-"));
  const left = ["node_modules", ".git", "tests", "offline", "docs", "coverage"];
  for (const name of readdirSync(project).filter((it) => !left.includes(it))) {
    cpSync(join(project, name), join(directory, name), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), join(directory, "node_modules"), "dir");
  writeFileSync(join(directory, ".gitignore"), "node_modules\n");
  const model = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
  for (const { stack, tenantId } of benchStacks(STACKS)) {
    const text = model.replaceAll(partnerTenantId, tenantId).replaceAll("contoso", stack);
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), text);
  }
  const git = (...argv: string[]) => execFileSync("git", argv, { cwd: directory, stdio: "ignore" });
  git("init", "--initial-branch=main");
  git("add", "--all");
  git("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "--message", "base");
  return directory;
}

function edit(directory: string, file: string, from: string, to: string): () => void {
  const path = join(directory, file);
  const before = readFileSync(path, "utf8");
  writeFileSync(path, before.replace(from, to));
  return () => writeFileSync(path, before);
}

/** Exit code 1 is expected: something is found. */
async function diff(directory: string): Promise<Taken> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(directory, "bin/partner-access.js"), "diff", "--json"], {
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore"],
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentKilobytes(child.pid ?? 0));
  }, 200);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  clearInterval(timer);
  if (code !== 1) throw new Error(`diff ended with ${code}, expected 1: it must find the change`);
  return { seconds: Math.round(performance.now() - startedAt) / 1000, peakMegabytes: Math.round(peak / 1024) };
}

/** Of a process and all below it, where the system tells (Linux); 0 elsewhere. */
function residentKilobytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + residentKilobytes(Number(child)), own);
  } catch {
    return 0;
  }
}

async function main(): Promise<void> {
  const directory = createRepository();
  try {
    const load = loadavg()[0];
    let undo = edit(directory, "Pulumi.tenant0000.yaml", "lifetimeDays: 180", "lifetimeDays: 365");
    const oneFile = await diff(directory);
    undo();
    const honest = "claimValues: [...delegated].sort(),";
    undo = edit(
      directory,
      "components/api-permission-grants.ts",
      honest,
      'claimValues: [...delegated, "Invented"].sort(),',
    );
    const code = await diff(directory);
    undo();
    const previews = await previewSeconds(directory, benchStacks(Math.min(PREVIEWS, STACKS)));
    const previewed = previews.reduce((sum, it) => sum + it, 0) / Math.max(1, previews.length);
    // Both sides of every stack are run.
    const compared = code.seconds / STACKS;
    const document = {
      schema: "partner-access/bench-diff/1",
      machine: { node: process.version, processors: cpus().length, load },
      stacks: STACKS,
      oneFile: { ...oneFile, target: { seconds: 2 } },
      code: { ...code, target: { seconds: 12, peakMegabytes: 1024 } },
      eachStack: {
        previews: previews.length,
        previewSeconds: previewed,
        diffSeconds: compared,
        ratio: compared / previewed,
      },
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
});
