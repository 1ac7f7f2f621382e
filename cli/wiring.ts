import { resolve } from "node:path";
import type { Surroundings } from "./command";

/** The process this command runs in. The only place that reads `process.env`. */
export function currentSurroundings(): Surroundings {
  const abort = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => abort.abort(name));
  const isTerminal = process.stderr.isTTY === true && process.env["CI"] === undefined;
  return {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    isTerminal,
    hasColour: isTerminal && process.env["NO_COLOR"] === undefined,
    workingDirectory: process.cwd(),
    projectDirectory: resolve(__dirname, ".."),
    signal: abort.signal,
  };
}
