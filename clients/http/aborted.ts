/** The work's answer, or this error as soon as the signal comes: for work that cannot be ended, such as another program. */
export async function unlessAborted<T>(signal: AbortSignal, error: () => Error, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw error();
  const done = new AbortController();
  const ended = new Promise<never>((_, fail) => {
    // Through a signal of its own: many works at once would be many listeners of one signal.
    const abort = () => fail(error());
    AbortSignal.any([signal]).addEventListener("abort", abort, { once: true, signal: done.signal });
  });
  return Promise.race([work(), ended]).finally(() => done.abort());
}
