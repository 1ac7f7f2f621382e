/**
 * Runs `work` with a signal that also fires when this process is told to end, so that a build can stop its compilers and remove what is
 * half-made. Ending the process afterwards stays with the caller, who sees the rejection.
 */
export async function stopOnSignals<T>(
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const told = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const listeners = names.map((name) => {
    const listener = () => told.abort(new Error(`interrupted by ${name} before the engine was complete`));
    process.once(name, listener);
    return { name, listener };
  });
  try {
    return await work(given === undefined ? told.signal : AbortSignal.any([given, told.signal]));
  } finally {
    for (const { name, listener } of listeners) process.removeListener(name, listener);
  }
}
