import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface GoRun {
  readonly go: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told of each line on standard error, where Go reports progress and problems. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs one long `go` command. When this process is told to end, the compilers end with it. */
export async function runGo(run: GoRun): Promise<{ readonly ok: boolean; readonly stdout: string }> {
  const child = spawn(run.go, run.argv, {
    cwd: run.cwd,
    env: goEnvironment(run.env),
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, so that the compilers below `go` can be ended with it.
    detached: process.platform !== "win32",
  });
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  const lines = createInterface({ input: child.stderr }).on("line", run.onLine);
  const linesRead = new Promise<void>((done) => lines.once("close", done));
  const end = () => endGroup(child.pid);
  run.signal?.addEventListener("abort", end, { once: true });
  process.once("exit", end);
  try {
    const ok = await new Promise<boolean>((done) => {
      child.once("error", (error) => {
        run.onLine(error.message);
        done(false);
      });
      child.once("close", (code) => done(code === 0));
    });
    await linesRead;
    return { ok, stdout: Buffer.concat(out).toString() };
  } finally {
    run.signal?.removeEventListener("abort", end);
    process.removeListener("exit", end);
  }
}

/** What the user set for Go stays (proxy, checksums, caches); what would make another program does not. */
function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { GOOS: _os, GOARCH: _arch, GOEXPERIMENT: _experiment, ...kept } = env;
  return {
    ...kept,
    CGO_ENABLED: "0",
    // A checkout inside somebody's Go workspace is not part of it.
    GOWORK: "off",
    GOTOOLCHAIN: "local",
  };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}
