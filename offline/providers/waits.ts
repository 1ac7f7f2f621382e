import { setTimeout as delay } from "node:timers/promises";

/**
 * The pauses of the real plugins, all shortened by one factor: the order and number of calls stay theirs, only the seconds between them
 * do not. What a service asks for (`Retry-After`) is never shortened.
 */
export interface Waits {
  /** A pause of the plugin's own. */
  pause(seconds: number): Promise<void>;
  /** A pause the service asked for. */
  asked(seconds: number): Promise<void>;
  /** Tells, from now on, whether a limit of the plugin's own has passed. */
  limit(minutes: number): { hasPassed(): boolean };
}

/** How the stand-ins wait unless told otherwise: 20 seconds become one. */
export const defaultWaitFactor = 0.05;

/** A limit never becomes shorter than this, so that the lag of an emulator has time to pass. */
const shortestLimitSeconds = 30;

export function createWaits(factor: number, cancelled: AbortSignal): Waits {
  const wait = async (seconds: number) => {
    cancelled.throwIfAborted();
    await delay(seconds * 1000, undefined, { signal: cancelled });
  };
  return {
    pause: (seconds) => wait(seconds * factor),
    asked: wait,
    limit: (minutes) => {
      const end = performance.now() + Math.max(minutes * 60 * factor, shortestLimitSeconds) * 1000;
      return { hasPassed: () => performance.now() >= end };
    },
  };
}

/** Reads the factor from the environment: `PARTNER_ACCESS_WAIT_FACTOR`, above 0 and at most 1 (the real plugins' own seconds). */
export function readWaitFactor(environment: Readonly<Record<string, string | undefined>>): number {
  const given = environment["PARTNER_ACCESS_WAIT_FACTOR"];
  if (given === undefined || given === "") return defaultWaitFactor;
  const factor = Number(given);
  if (factor > 0 && factor <= 1) return factor;
  throw new Error(
    `PARTNER_ACCESS_WAIT_FACTOR must be above 0 and at most 1, got ${JSON.stringify(given)}; leave it out for ${defaultWaitFactor}`,
  );
}
