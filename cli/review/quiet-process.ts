import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { quickStart, refuseOutside } from "../shared/own-package";
import { endText } from "./process-end";

/** A program of one revision, and where it stands. */
export interface QuietProgram {
  /** The folder that it runs in. */
  readonly directory: string;
  /** Loaded before it. */
  readonly preloads: readonly string[];
  /** The file to run. */
  readonly entry: string;
  readonly signal: AbortSignal;
}

/** How one ended. */
export interface QuietAnswer {
  /** What it wrote to file descriptor 3. Its standard output counts for nothing: any dependency may write there. */
  readonly answer: string;
  readonly isOk: boolean;
  /** How it ended, as a clause on it: with the error where one was written. */
  readonly end: string;
}

const longestMinutes = 15;
/** A program may write without end. */
const mostErrors = 64 * 1024;

/** Left to itself V8 lets a thousand programs take 550 MB, though each leaves but 33 kB behind, and is no quicker for it. */
const slowlyGrowingHeap = "--heap-growing-percent=150";

/**
 * Runs a program with an empty environment, without network, other processes and (where Node can) the right to write a
 * file. This keeps mistakes in; it is no prison for hostile code, which belongs into a job without credentials.
 */
export async function runQuietly(program: QuietProgram, input: unknown): Promise<QuietAnswer> {
  const { directory, preloads, entry, signal } = program;
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...permissionFlags(),
      slowlyGrowingHeap,
      // Of the running command, which decides what the process is refused.
      ...[refuseOutside, quickStart, ...preloads].flatMap((file) => ["-r", file]),
      entry,
    ],
    { cwd: directory, env: {}, stdio: ["pipe", "ignore", "pipe", "pipe"], signal },
  );
  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), longestMinutes * 60_000);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({
        code,
        signal,
        isTimedOut: signal === "SIGKILL" && performance.now() - startedAt >= longestMinutes * 60_000,
      });
    });
  });
  // A process that ends early closes its input; how it ended is reported below.
  const stdin = child.stdio[0] as NodeJS.WritableStream;
  stdin.on("error", () => undefined);
  stdin.end(JSON.stringify(input));
  const [answer, errors, end] = await Promise.all([
    text(child.stdio[3] as NodeJS.ReadableStream),
    lastErrors(child),
    ended,
  ]);
  return { answer, isOk: end.code === 0, end: endText({ ...end, errors }, longestMinutes) };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly isTimedOut: boolean;
}

async function lastErrors({ stderr }: ChildProcess): Promise<string> {
  let last = "";
  for await (const piece of stderr ?? []) last = `${last}${String(piece)}`.slice(-mostErrors);
  return last;
}

/** Node's permission model: reading and native add-ons (the transpiler is one) only. */
function permissionFlags(): readonly string[] {
  const flag = "--permission";
  return process.allowedNodeEnvironmentFlags.has(flag)
    ? [flag, "--allow-fs-read=*", "--allow-addons", "--no-warnings"]
    : [];
}
