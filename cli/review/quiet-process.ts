import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A program of one revision, and where it stands. */
export interface QuietProgram {
  /** The revision's folder: its own transpiler, sources and dependencies are used. */
  readonly directory: string;
  /** The file to run, in that folder. */
  readonly entry: string;
  /** The checkout of the running command: it decides what the process is refused. */
  readonly projectDirectory: string;
  readonly signal: AbortSignal;
}

/** How one ended. */
export interface QuietAnswer {
  /** What it wrote to file descriptor 3. Its standard output counts for nothing: any dependency may write there. */
  readonly answer: string;
  readonly code: number | null;
  /** The last lines of its standard error. */
  readonly lastWords: string;
}

const longestRun = 15 * 60_000;

/** Left to itself V8 lets a thousand programs take 550 MB, though each leaves but 33 kB behind, and is no quicker for it. */
const slowlyGrowingHeap = "--heap-growing-percent=150";

/**
 * Runs a program with an empty environment, without network, other processes and (where Node can) the right to write a
 * file. This keeps mistakes in; it is no prison for hostile code, which belongs into a job without credentials.
 */
export async function runQuietly(program: QuietProgram, input: unknown): Promise<QuietAnswer> {
  const { directory, entry, projectDirectory, signal } = program;
  const child = spawn(
    process.execPath,
    [
      ...permissionFlags(),
      slowlyGrowingHeap,
      ...["-r", join(projectDirectory, "bin/refuse-outside.js")],
      ...["-r", join(projectDirectory, "bin/quick-start.js")],
      ...["-r", join(directory, "bin/transpile.js")],
      join(directory, entry),
    ],
    { cwd: directory, env: {}, stdio: ["pipe", "ignore", "pipe", "pipe"], signal, timeout: longestRun },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // A process that ends early closes its input; how it ended is told below.
  const stdin = child.stdio[0] as NodeJS.WritableStream;
  stdin.on("error", () => undefined);
  stdin.end(JSON.stringify(input));
  const [answer, errors, code] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    text(child.stdio[2] as NodeJS.ReadableStream),
    ended,
  ]);
  return { answer, code, lastWords: errors.trim().split("\n").slice(-3).join("\n") };
}

/** Node's permission model: reading and native add-ons (the transpiler is one) only. */
function permissionFlags(): readonly string[] {
  const flag = "--permission";
  return process.allowedNodeEnvironmentFlags.has(flag)
    ? [flag, "--allow-fs-read=*", "--allow-addons", "--no-warnings"]
    : [];
}
