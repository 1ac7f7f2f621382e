export interface Interruption<T, R> {
  readonly signal: AbortSignal;
  /** The answer for what was not begun. */
  readonly skipped: (item: T) => R;
}

/** Runs at most `limit` at once and keeps the order of the answers. After the signal nothing more is begun; what is under way ends by itself. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
  { signal, skipped }: Interruption<T, R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) {
      const item = items[place] as T;
      results[place] = signal.aborted ? skipped(item) : await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
