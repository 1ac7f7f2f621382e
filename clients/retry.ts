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

/**
 * How long a read asks again where nobody waits for a quick word. Graph and ARM usually state waits of up to a minute: one of those fits,
 * with the first attempts before it and another after it.
 */
export const READ_BUDGET_MS = 90_000;

/** How long and how often to ask again. */
export interface RetryOptions {
  readonly isTemporary: (error: unknown) => boolean;
  /** No attempt starts later than this after the first one. */
  readonly budgetMs: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  readonly time?: Time;
}

/**
 * Asks until it succeeds, fails for good, or the budget is spent; then the last error is thrown as it came. A wait that the service states
 * is kept: asking earlier would be refused, and counts against the limit. One that does not fit the budget ends it at once.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { isTemporary, budgetMs, firstDelayMs = 1000, longestDelayMs = 16_000, time = realTime } = options;
  const startedAt = time.now();
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await attempt();
    } catch (error) {
      const pause = Math.max(delay, statedWaitMs(error));
      if (!isTemporary(error) || time.now() - startedAt + pause > budgetMs) throw error;
      await time.sleep(pause);
    }
  }
}

/** By shape: not every failure that passes through here is a `ServiceError`. */
function statedWaitMs(error: unknown): number {
  const { retryAfterSeconds } = (error ?? {}) as { retryAfterSeconds?: unknown };
  return typeof retryAfterSeconds === "number" ? retryAfterSeconds * 1000 : 0;
}
