import { setTimeout as delay } from "node:timers/promises";
import { interruption, ServiceError } from "./errors";

/** The passing of time, handed in so that a test need not wait. */
export interface Time {
  /** Milliseconds on any steady scale. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. Steady: a corrected wall clock neither shortens nor stretches a budget. */
export const realTime: Time = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal && { signal }),
};

/**
 * How long a read is repeated when no quick answer is needed. Graph and ARM usually state waits of up to a minute: one of those fits, with
 * the first attempts before it and another after it.
 */
export const READ_BUDGET_MS = 90_000;

/** How long to wait before attempt n + 2 (`attempt` counts from 0); undefined when another attempt cannot help. */
export type Pause = (error: unknown, attempt: number) => number | undefined;

/** How long and how often to ask again. */
export interface RetryOptions {
  readonly pause: Pause;
  /** No attempt starts later than this after the first one. */
  readonly budgetMs: number;
  readonly time?: Time | undefined;
  /** Ends the waiting: nothing is under way then, so that the command was interrupted is all there is to say. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks until it succeeds, fails for good, or the budget is spent; then the last error is thrown as it came. A wait that the service states
 * is kept: asking earlier would be refused, and counts against the limit. One that does not fit the budget ends it at once.
 */
export async function retry<T>(ask: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { pause, budgetMs, time = realTime, signal } = options;
  const startedAt = time.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const wait = pause(error, attempt);
      if (wait === undefined || time.now() - startedAt + wait > budgetMs) throw error;
      if (signal?.aborted) throw stopped(error);
      await time.sleep(wait, signal).catch(() => {
        throw signal?.aborted ? stopped(error) : error;
      });
    }
  }
}

/** A failure that would have been asked about again is no news to whoever pressed Ctrl-C. */
function stopped(error: unknown): unknown {
  return error instanceof ServiceError ? interruption(error.service, error.operation) : error;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 16_000;
const LONGEST_LIMIT_MS = 5 * 60_000;

/**
 * The one rule for every service. What failed for now is asked again, after the wait that the service states or a growing one of ours.
 * A write whose answer is missing may have been done, so it is not sent again (`isSafe` false); one that a rate limit refused was not.
 * `limitDelayMs`: the first wait after a limit that does not say how long; GitHub asks for a minute.
 */
export function standardPause({ isSafe, limitDelayMs }: { isSafe: boolean; limitDelayMs?: number }): Pause {
  return (error, attempt) => {
    if (!(error instanceof ServiceError) || !error.isTemporary) return undefined;
    const { isLimit, retryAfterSeconds } = error;
    if (!isSafe && !isLimit) return undefined;
    const isUnstatedLimit = isLimit && retryAfterSeconds === undefined && limitDelayMs !== undefined;
    const own = isUnstatedLimit
      ? Math.min(limitDelayMs * 2 ** attempt, LONGEST_LIMIT_MS)
      : Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    return Math.max(own, (retryAfterSeconds ?? 0) * 1000);
  };
}
