import { seededRandom } from "../../offline/emulator/http/faults";

/**
 * How much of a sweep one run takes: a seeded third, as in `npm run test:full`, or all of it with `SWEEPS=all`, as in
 * `npm run test:nightly`. With another `SWEEP_SEED` it is another third.
 */
const part = process.env["SWEEPS"] === "all" ? 1 : 1 / 3;
export const sweepSeed = Number(process.env["SWEEP_SEED"] ?? 1);
export const isWholeSweep = part === 1;

/** How many of so many. */
export const sweepCount = (all: number): number => Math.ceil(all * part);

/** Which of them, in their own order. */
export function swept<T>(all: readonly T[]): readonly T[] {
  const random = seededRandom(sweepSeed);
  const ranked = all.map((one, place) => ({ one, place, rank: random() }));
  const chosen = ranked.sort((left, right) => left.rank - right.rank).slice(0, sweepCount(all.length));
  return chosen.sort((left, right) => left.place - right.place).map(({ one }) => one);
}
