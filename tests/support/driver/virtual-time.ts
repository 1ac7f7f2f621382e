import { setImmediate as turn } from "node:timers/promises";
import type { Waits } from "../../../offline/providers/waits";

/** The machine's steady time with the waiting left out: whoever sleeps jumps. Sleeps that overlap in time overlap here too. */
export interface VirtualTime {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Lets time pass at once, for the days between two runs. */
  skip(milliseconds: number): void;
  /** The pauses of the stand-in providers, at the real plugins' own length. */
  readonly waits: Waits;
  restore(): void;
}

/**
 * Replaces `performance.now`, by which the emulator judges its lag and the providers their limits. In one process that is everybody's
 * clock, so a lag of a minute costs no minute and is still a lag of a minute to all of them.
 */
export function startVirtualTime(): VirtualTime {
  const real = performance.now.bind(performance);
  let skipped = 0;
  const now = () => real() + skipped;
  const spy = jest.spyOn(performance, "now").mockImplementation(now);
  const sleep = async (milliseconds: number) => {
    const wakesAt = now() + milliseconds;
    // A turn of the event loop: everybody else who is about to sleep shall begin before this one's time has passed.
    await turn();
    skipped += Math.max(0, wakesAt - now());
  };
  const seconds = (count: number) => sleep(count * 1000);
  const limit: Waits["limit"] = (minutes) => {
    const end = now() + minutes * 60_000;
    return { hasPassed: () => now() >= end };
  };
  return {
    now,
    sleep,
    skip(milliseconds) {
      skipped += milliseconds;
    },
    waits: { pause: seconds, asked: seconds, limit },
    restore: () => spy.mockRestore(),
  };
}
