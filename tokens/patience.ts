import { TokenError } from "./token-error";

/** One moment on two clocks: the wall's, which may be corrected, and a steady one, which may stand still while a machine sleeps. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds on a clock that is never corrected. Default: `now`. */
  readonly steady?: (() => number) | undefined;
}

export function momentOf({ now, steady = now }: Clocks): Moment {
  return { wall: now(), steady: steady() };
}

/** Whether a time has passed by either clock. A wall clock before the beginning was corrected meanwhile, and proves nothing. */
export function isPast(since: Moment, now: Moment, milliseconds: number): boolean {
  return now.wall < since.wall || now.wall - since.wall >= milliseconds || now.steady - since.steady >= milliseconds;
}

/** A service that asked to be left alone for a while: asking earlier would be refused, and counts against its limit. */
export interface Patience {
  /** What the service last refused with, as long as its wait lasts. */
  refusal(): TokenError | undefined;
  /** Keeps the wait that a refusal states, if it states one. */
  keep(error: unknown): void;
}

export function createPatience(clocks: Clocks): Patience {
  let kept: { readonly error: TokenError; readonly at: Moment; readonly waitMs: number } | undefined;
  return {
    refusal: () => (kept !== undefined && !isPast(kept.at, momentOf(clocks), kept.waitMs) ? kept.error : undefined),
    keep(error) {
      if (!(error instanceof TokenError) || error.retryAfterSeconds === undefined) return;
      kept = { error, at: momentOf(clocks), waitMs: error.retryAfterSeconds * 1000 };
    },
  };
}
