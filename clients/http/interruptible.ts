import { spawn } from "node:child_process";

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InterruptibleOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Sent to standard input; left out: there is none. */
  readonly input?: string | undefined;
  /** Aborted when a person or a pipeline asks to stop. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program that must be stopped in order: an engine that gets one interrupt ends after the calls under way, one that gets two
 * leaves them half recorded. A terminal's Ctrl-C reaches every process of its group, so the program gets a group of its own: the
 * abort sends the one interrupt, and only the end of this process, which a second Ctrl-C brings, sends another.
 */
export function runInterruptible(
  file: string,
  argv: readonly string[],
  { cwd, env, input, signal }: InterruptibleOptions,
): Promise<Ended> {
  // Between two programs of one command: what was asked to stop must not start anything more.
  if (signal?.aborted === true) {
    const error = new Error(`interrupted: "${argv[0] ?? file}" was not started`);
    return Promise.reject(Object.assign(error, { code: "interrupted" }));
  }
  return new Promise((done, fail) => {
    const child = spawn(file, argv, {
      cwd,
      env,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // Windows has no such groups, and would open a window.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    // A program that refuses before it reads closes its end: its own message says why.
    child.stdin?.on("error", () => undefined).end(input);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    const interrupt = () => void child.kill("SIGINT");
    signal?.addEventListener("abort", interrupt, { once: true });
    process.once("exit", interrupt);
    const forget = () => {
      signal?.removeEventListener("abort", interrupt);
      process.removeListener("exit", interrupt);
    };
    child.on("error", (error) => {
      forget();
      fail(error);
    });
    child.on("close", (code) => {
      forget();
      done({ exitCode: code ?? 1, ...texts });
    });
  });
}
