import { spawn } from "node:child_process";

/** What a finished command said. `code` is 127 when it could not be started, 124 when it took too long. */
export interface CommandOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
}

/** Runs a short command to its end. Never throws: a caller that asks "is this there?" wants an answer either way. */
export function runCommand(command: string, argv: readonly string[], options: CommandOptions): Promise<CommandOutput> {
  return new Promise((answer) => {
    const child = spawn(command, argv, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const tell = (code: number, more = "") => {
      clearTimeout(alarm);
      answer({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() + more });
    };
    const seconds = options.timeoutSeconds ?? 30;
    const alarm = setTimeout(() => {
      child.kill("SIGKILL");
      tell(124, `${command} gave no answer within ${seconds} s`);
    }, seconds * 1000);
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.once("error", (error) => tell(127, error.message));
    child.once("close", (code) => tell(code ?? 1));
  });
}
