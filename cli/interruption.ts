import { CommandError, type Problem } from "./document";

/** What somebody is told of a stack or a vault that Ctrl-C, or the end of a job, kept from its turn or cut short. */
export function interrupted(what: string): Problem {
  return { code: "interrupted", message: `${what} was left out: the run was interrupted`, fix: "Run it again." };
}

/**
 * The work's answer, or the error `interrupted` as soon as the signal comes. For reads only: what was asked is not called back, it ends
 * with the process.
 */
export async function unlessInterrupted<T>(signal: AbortSignal, what: string, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new CommandError([interrupted(what)]);
  const listening = new AbortController();
  const ended = new Promise<never>((_, fail) => {
    const abort = () => fail(new CommandError([interrupted(what)]));
    signal.addEventListener("abort", abort, { signal: listening.signal });
  });
  try {
    return await Promise.race([work(), ended]);
  } finally {
    listening.abort();
  }
}
