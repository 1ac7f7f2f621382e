import { resolve } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { CommandContext, RunnerContext } from "../../cli/shared/command";

export interface Captured {
  readonly context: RunnerContext;
  stdout(): string;
  stderr(): string;
}

/** A context that keeps what is written, with the real project folder and nothing of the caller's environment. */
export function captureContext(overrides: Partial<CommandContext> = {}): Captured {
  const texts = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof texts) =>
    new PassThrough().on("data", (data: Buffer) => {
      texts[name] += data.toString("utf8");
    });
  const context: RunnerContext = {
    env: {},
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    stdin: Readable.from([]),
    isTerminal: false,
    hasColour: false,
    workingDirectory: resolve(__dirname, "../.."),
    projectDirectory: resolve(__dirname, "../.."),
    signal: new AbortController().signal,
    runCommand: async (argv) => (await import("../../cli/main")).main(argv, context),
    ...overrides,
  };
  return {
    context,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
  };
}
