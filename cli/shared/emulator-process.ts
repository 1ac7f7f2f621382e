import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EmulatorLine } from "../../model/emulator-line";
import { CommandError } from "./document";
import { commandFile } from "./own-package";

export interface EmulatorProcess {
  readonly line: EmulatorLine;
  readonly pid: number;
  stop(): Promise<void>;
  /** Lets it run on after this process has ended. */
  release(): void;
}

export interface EmulatorProcessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly arguments?: readonly string[];
  readonly signal?: AbortSignal;
  /** What the emulator says on standard error: progress of the engine's build, refused requests. */
  readonly onProgress: (line: string) => void;
  /** Whether it should end with this process, however this process ends. */
  readonly endsWithParent: boolean;
}

/** Starts `partner-access emulator` beside this process and waits until it is ready. */
export async function startEmulatorProcess(options: EmulatorProcessOptions): Promise<EmulatorProcess> {
  const child = spawn(
    process.execPath,
    [commandFile, "emulator", ...(options.endsWithParent ? ["--until-input-ends"] : []), ...(options.arguments ?? [])],
    {
      env: { ...options.env },
      // A group of its own: Ctrl-C in the terminal reaches the caller first, which then stops the emulator in order.
      detached: true,
      stdio: [options.endsWithParent ? "pipe" : "ignore", "pipe", "pipe"],
    },
  );
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  const stop = async () => {
    child.kill("SIGTERM");
    await closed;
  };
  const lines: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      options.onProgress(line);
    });
  }
  options.signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  const line = await new Promise<string | undefined>((ready) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once("line", ready);
    void closed.then(() => ready(undefined));
  });
  if (line === undefined || child.pid === undefined) {
    throw new CommandError([
      { code: "emulator-failed", message: `The emulator did not start:\n${lines.slice(-20).join("\n")}`, fix: "" },
    ]);
  }
  return {
    line: JSON.parse(line) as EmulatorLine,
    pid: child.pid,
    stop,
    release() {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
    },
  };
}
