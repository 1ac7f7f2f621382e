import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createWorkspace } from "../cli/demo/workspace";
import { type EmulatorProcess, startEmulatorProcess } from "../cli/shared/emulator-process";
import { currentContext } from "../cli/shared/wiring";
import { createStacks, type Stacks } from "../clients/pulumi/stacks";
import { readingFigures } from "./reading";

const project = resolve(__dirname, "..");
/** Pairs of each comparison; `--quick` takes one, to see that it runs. */
const pairs = process.argv.includes("--quick") ? 1 : 5;

/** What a comparison found: seconds of both sides in turn, and the ratio pair by pair. */
interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  readonly target: number;
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number };
  readonly seconds: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** A, B, A, B, …: what slows the machine for a while slows both. The first pair warms caches and does not count. */
async function compare(
  names: Pick<Comparison, "ours" | "theirs" | "target">,
  ours: () => Promise<void>,
  theirs: () => Promise<void>,
): Promise<Comparison> {
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  for (let pair = 0; pair <= pairs; pair += 1) {
    const [a, b] = [await timed(ours), await timed(theirs)];
    process.stderr.write(
      `${names.ours}: ${a.toFixed(2)} s against ${b.toFixed(2)} s${pair === 0 ? " (warm-up)" : ""}\n`,
    );
    if (pair === 0) continue;
    seconds.ours.push(a);
    seconds.theirs.push(b);
  }
  const ratios = seconds.ours.map((value, place) => value / (seconds.theirs[place] ?? 1)).sort((a, b) => a - b);
  const rounded = (value: number | undefined) => Math.round((value ?? 0) * 100) / 100;
  const ratio = { min: rounded(ratios[0]), median: rounded(ratios[ratios.length >> 1]), max: rounded(ratios.at(-1)) };
  return { ...names, ratio, seconds };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt) / 1000;
}

/** One side: a program, and an emulated Microsoft of its own, so that neither finds what the other made. */
interface Side {
  readonly emulator: EmulatorProcess;
  readonly stacks: Stacks;
  stop(): Promise<void>;
}

async function startSide(directory: string, remove: () => Promise<void>): Promise<Side> {
  const { env } = currentContext();
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const emulator = await startEmulatorProcess({ env, onProgress, endsWithParent: true });
  const stop = async () => {
    await emulator.stop();
    await remove();
  };
  try {
    const inherited = { PATH: env["PATH"], HOME: env["HOME"] };
    const { pulumi } = emulator.line;
    const stacks = createStacks({ pulumi, projectDirectory: directory, env: { ...inherited, ...emulator.line.env } });
    await prepare(stacks);
    return { emulator, stacks, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMinimal(): Promise<Side> {
  const directory = mkdtempSync(join(tmpdir(), "partner-access-minimal-"));
  cpSync(join(project, "bench", "minimal"), directory, { recursive: true });
  mkdirSync(join(directory, "bin"));
  cpSync(join(project, "bin", "transpile.js"), join(directory, "bin", "transpile.js"));
  cpSync(join(project, "package.json"), join(directory, "package.json"));
  symlinkSync(join(project, "node_modules"), join(directory, "node_modules"), "dir");
  return startSide(directory, async () => rmSync(directory, { recursive: true, force: true }));
}

async function upWithoutChange(): Promise<{ comparison: Comparison; calls: Record<string, number> }> {
  const workspace = await createWorkspace(project);
  const ours = await startSide(workspace.directory, workspace.remove);
  const theirs = await startMinimal();
  try {
    const names = {
      ours: "pulumi up, no change",
      theirs: "a hand-written program with the same resources",
      target: 1.1,
    };
    const comparison = await compare(
      names,
      () => unchanged(ours.stacks),
      () => unchanged(theirs.stacks),
    );
    return { comparison, calls: { ours: await callsOf(ours), theirs: await callsOf(theirs) } };
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}

async function prepare(stacks: Stacks): Promise<void> {
  await stacks.init("dev");
  const run = await stacks.up("dev");
  if (!run.ok) throw new Error(run.diagnostics.map(({ message }) => message).join("\n"));
}

async function unchanged(stacks: Stacks): Promise<void> {
  const run = await stacks.up("dev");
  if (!run.ok || run.changes.length > 0) throw new Error("expected a run without a change");
}

/** How many calls a run without a change makes: part of what a difference is spent on. */
async function callsOf({ emulator, stacks }: Side): Promise<number> {
  const script = `fetch("${emulator.line.origin}/_emulator/journal").then((a) => a.json()).then((j) => console.log(j.length))`;
  const env = { ...currentContext().env, ...emulator.line.env };
  const journal = () => Number(spawnSync(process.execPath, ["-e", script], { env }).stdout.toString());
  const before = journal();
  await unchanged(stacks);
  return journal() - before;
}

async function start(argv: readonly string[]): Promise<void> {
  const run = spawnSync(process.execPath, argv, { stdio: "ignore" });
  if (run.status !== 0) throw new Error(`${argv.join(" ")} ended with ${run.status}`);
}

async function main(): Promise<void> {
  const help = await compare(
    { ours: "partner-access --help", theirs: "an empty Node process", target: 3 },
    () => start([join(project, "bin", "partner-access.js"), "--help"]),
    () => start(["-e", "0"]),
  );
  const reading = await readingFigures(project);
  const { comparison, calls } = await upWithoutChange();
  const machine = { node: process.version, processors: cpus().length };
  const document = {
    schema: "partner-access/bench/1",
    machine,
    pairs,
    comparisons: [help, comparison],
    reading,
    calls,
  };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
});
