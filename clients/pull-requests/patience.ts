import { isTemporaryStatus } from "../errors";
import { realTime, type Time } from "../retry";

/** What a refusal says about when to come back. */
export interface Refusal {
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
  /** How many requests are left before the limit. */
  readonly remaining?: number | undefined;
  /** When the limit ends, in seconds since 1970. */
  readonly resetsAtSeconds?: number | undefined;
  /** A limit on how fast, not on how many: it need not say when it ends. */
  readonly isSecondaryLimit?: boolean | undefined;
}

export interface Patience {
  /** No new attempt starts later than this after the first one. */
  readonly budgetMs: number;
  readonly time?: Time | undefined;
  /** Wall clock in milliseconds since 1970, which the services' resets are given in. */
  readonly now?: (() => number) | undefined;
}

/** GitHub: a request that was refused without saying for how long may come back after a minute. */
const minute = 60_000;
const longestPause = 5 * minute;

/**
 * How long to wait after a refusal; undefined when waiting is no use. Sources:
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#rate-limit-errors and
 * https://learn.microsoft.com/en-us/azure/devops/integrate/concepts/rate-limits
 */
export function pauseAfter(refusal: Refusal, attempt: number, isSafe: boolean, nowMs: number): number | undefined {
  const { status, retryAfterSeconds, remaining, resetsAtSeconds, isSecondaryLimit } = refusal;
  const isLimit =
    status === 429 ||
    (status === 403 && (retryAfterSeconds !== undefined || remaining === 0 || isSecondaryLimit === true));
  if (isLimit) {
    if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
    // A second more: their clock and ours differ.
    if (remaining === 0 && resetsAtSeconds !== undefined) return Math.max(0, resetsAtSeconds * 1000 - nowMs) + 1000;
    return Math.min(minute * 2 ** attempt, longestPause);
  }
  // A write that failed on their side may have happened: whoever asked must look before asking again.
  if (!isSafe || !isTemporaryStatus(status)) return undefined;
  return retryAfterSeconds !== undefined ? retryAfterSeconds * 1000 : Math.min(1000 * 2 ** attempt, 16_000);
}

/** Asks until it is answered, waits as it is told to, and gives up when that takes longer than the budget. */
export async function patiently<T>(
  ask: () => Promise<T>,
  refusalOf: (error: unknown) => Refusal | undefined,
  isSafe: boolean,
  { budgetMs, time = realTime, now = Date.now }: Patience,
): Promise<T> {
  const startedAt = time.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const refusal = refusalOf(error);
      const pause = refusal && pauseAfter(refusal, attempt, isSafe, now());
      if (pause === undefined || time.now() - startedAt + pause > budgetMs) throw error;
      await time.sleep(pause);
    }
  }
}
