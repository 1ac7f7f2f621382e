import { unlessAborted } from "../../clients/http/aborted";
import { CommandError, type Problem } from "./document";

/** The problem of a stack or a vault that was skipped or cut short by Ctrl-C or the end of a job. */
export function interrupted(what: string): Problem {
  return { code: "interrupted", message: `${what} was skipped: the run was interrupted`, fix: "Run it again." };
}

/** The work's answer, or the error `interrupted` as soon as the signal comes. The calls of the work end by the same signal. */
export function unlessInterrupted<T>(signal: AbortSignal, what: string, work: () => Promise<T>): Promise<T> {
  return unlessAborted(signal, () => new CommandError([interrupted(what)]), work);
}
