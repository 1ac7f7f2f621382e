/** The passing of time, handed in so that a test need not wait. */
export interface Time {
  /** Milliseconds on any steady scale. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The machine's own clock. Steady: a corrected wall clock neither shortens nor stretches a budget. */
export const realTime: Time = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** How long and how often to ask again. */
export interface RetryOptions {
  readonly isTemporary: (error: unknown) => boolean;
  /** No attempt starts later than this after the first one. */
  readonly budgetMs: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  readonly time?: Time;
}

/** Asks until it succeeds, fails for good, or the budget is spent; then the last error is thrown as it came. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { isTemporary, budgetMs, firstDelayMs = 1000, longestDelayMs = 16_000, time = realTime } = options;
  const startedAt = time.now();
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTemporary(error) || time.now() - startedAt + delay > budgetMs) throw error;
      await time.sleep(delay);
    }
  }
}
