import type { Waits } from "../waits";

/** A directory answers from many replicas: something counts as seen when it was seen this often in a row. */
const timesInARow = 5;
/** So many answers in a row that show nothing at all end the wait (Terraform SDK, `NotFoundChecks`). */
const patience = 20;

interface Pace {
  /** The shortest pause; pauses grow up to ten seconds while the answer is no. */
  readonly seconds: number;
  /** The longest wait in all. */
  readonly minutes: number;
}

/**
 * Asks until the answer is yes five times in a row.
 * @param what for the message when it does not happen
 */
export async function untilSettled(
  what: string,
  { seconds, minutes }: Pace,
  waits: Waits,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const limit = waits.limit(minutes);
  let [inARow, misses, growing] = [0, 0, 0.1];
  for (;;) {
    if (await isDone()) {
      inARow++;
      misses = 0;
      if (inARow === timesInARow) return;
    } else {
      inARow = 0;
      misses++;
      growing *= 2;
      if (misses > patience) throw new Error(`${what}: not seen in ${misses} look-ups`);
    }
    if (limit.hasPassed()) throw new Error(`${what}: timed out`);
    await waits.pause(Math.min(Math.max(growing, seconds), 10));
  }
}
