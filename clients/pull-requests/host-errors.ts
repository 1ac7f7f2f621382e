import { ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";
import { retry, standardPause } from "../http/retry";

export interface Patience extends HttpSettings {
  /** Longest time spent on waiting for rate limits, in milliseconds. */
  readonly budgetMs: number;
}

/** GitHub: a request that was refused without saying for how long may come back after a minute. */
const MINUTE_MS = 60_000;

/** What is asked of a host of pull requests: repeated by the one rule, and named by what it is for when it fails. */
export interface Question {
  readonly service: string;
  readonly operation: string;
  readonly isSafe: boolean;
  readonly helpFor: (failure: ServiceError) => string | undefined;
}

/**
 * Asks, waits for rate limits, and throws one typed error in place of the library's, which carries the request with its token. Libraries hide
 * our layer's error as the cause of their own.
 */
export function askHost<T>(question: Question, ask: () => Promise<T>, patience: Patience): Promise<T> {
  const { service, operation, isSafe, helpFor } = question;
  const { budgetMs, time, signal } = patience;
  const once = () =>
    ask().catch((error: unknown) => {
      const failure = layerErrorIn(error);
      if (failure === undefined)
        throw new ServiceError({ service, operation, outcome: "unusable", code: "malformed", isTemporary: false });
      const named = failure.named(operation);
      const help = helpFor(failure);
      throw help === undefined ? named : named.withHelp(help);
    });
  return retry(once, { pause: standardPause({ isSafe, limitDelayMs: MINUTE_MS }), budgetMs, time, signal });
}

function layerErrorIn(error: unknown): ServiceError | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    if (at instanceof ServiceError) return at;
    at = at.cause;
  }
  return undefined;
}
