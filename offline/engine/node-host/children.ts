import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessStart } from "./program-start";

/** A program or plugin that the host started. */
export interface Child {
  /** Its exit code once it has ended and all its output was handed on; -1 when a signal ended it. Rejects when it could not start. */
  readonly ended: Promise<number>;
  /** Asks it to end, and ends it after five seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ChildOutput {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** Everything the host has started and that is still there, so that nothing outlives the host. */
export interface Children {
  start(start: ProcessStart, output: ChildOutput): Child;
  stopAll(): Promise<void>;
  /** Ends everything at once; for the moment this process goes. */
  killAll(): void;
}

const graceMs = 5_000;

/** Starts children with this Node: an older `node` on PATH cannot run the SDK. */
export function createChildren(node: string): Children {
  const running = new Map<ChildProcess, Child>();
  return {
    start(start, output) {
      const process = spawn(node, start.argv, {
        env: start.env,
        stdio: ["ignore", "pipe", "pipe"],
        ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
      });
      process.stdout.on("data", output.onStdout);
      process.stderr.on("data", output.onStderr);
      const ended = endOf(process).finally(() => running.delete(process));
      const child: Child = { ended, stop: () => stop(process, ended) };
      // Whoever started it hears of a failure; this second listener only keeps Node from calling it unhandled.
      ended.catch(() => undefined);
      running.set(process, child);
      return child;
    },
    async stopAll() {
      await Promise.all([...running.values()].map((child) => child.stop()));
    },
    killAll() {
      for (const process of running.keys()) process.kill("SIGKILL");
    },
  };
}

async function endOf(process: ChildProcess): Promise<number> {
  const closed = new Promise<void>((done) => process.once("close", () => done()));
  const code = await new Promise<number>((done, failed) => {
    process.once("error", failed);
    process.once("exit", (exitCode) => done(exitCode ?? -1));
  });
  // Output may still be under way; a grandchild that keeps the pipe open must not hold the engine for ever.
  await Promise.race([closed, pause(graceMs, undefined, { ref: false })]);
  return code;
}

async function stop(process: ChildProcess, ended: Promise<number>): Promise<void> {
  process.kill("SIGINT");
  const alarm = setTimeout(() => process.kill("SIGKILL"), graceMs);
  await ended.catch(() => undefined);
  clearTimeout(alarm);
}
