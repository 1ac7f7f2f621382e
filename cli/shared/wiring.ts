import { quietAzureLog } from "../../clients/http/azure-log";
import { useEnvironmentProxy } from "../../clients/http/proxy";
import { findProject } from "../../configuration/project-files";
import type { CommandContext } from "./command";
import { demandProject } from "./current-project";

/** The process this command runs in. The only place of the commands that reads `process.env`. */
export function currentContext(): CommandContext {
  const abort = new AbortController();
  abortOnSignals(abort);
  outliveReaders();
  // Only `rotate` may request a roll-back. A variable left in the environment must not.
  delete process.env["PARTNER_ACCESS_ROLLBACK"];
  // The same for the record that `recover` passes, and for what `rotate` uses while other changes wait.
  delete process.env["PARTNER_ACCESS_REPAIR"];
  delete process.env["PARTNER_ACCESS_APPLIED"];
  useEnvironmentProxy(process.env);
  const level = quietAzureLog(process.env);
  if (level !== undefined) {
    process.stderr.write(`warning: AZURE_LOG_LEVEL=${level} would print access tokens; only warnings are shown\n`);
  }
  const projectDirectory = findProject(process.cwd()) ?? process.cwd();
  const isTerminal = process.stderr.isTTY === true && process.env["CI"] === undefined;
  return {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    isTerminal,
    hasColour: isTerminal && process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
    workingDirectory: process.cwd(),
    projectDirectory,
    demandProject: () => demandProject(projectDirectory),
    signal: abort.signal,
  };
}

/** Ignore EPIPE: `| head` or a closed log must not abort a rotation. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

/** A signal that reaches a process twice within this time, from the terminal and from a parent that hands it on, is one. */
const SAME_SIGNAL_MS = 1000;

/**
 * The first signal asks the command to stop in order, a second one ends it. `once` would not do: the lock of the engine's cache listens
 * too (through signal-exit), and kills the process at once when it is the only listener left.
 */
function abortOnSignals(abort: AbortController): void {
  let firstAt: number | undefined;
  // SIGHUP: the terminal is gone, and an engine in a group of its own would not hear of it.
  for (const [name, code] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const, ["SIGHUP", 129] as const]) {
    process.on(name, () => {
      if (firstAt !== undefined && performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(code);
      firstAt ??= performance.now();
      abort.abort(name);
    });
  }
}
