import { createHash } from "node:crypto";
import { addDays, type Day, day, daysBetween, earlier } from "../model/day";

/** How often a tenant's client secret changes and how long each one lives. */
export interface RotationSchedule {
  readonly everyDays: number;
  readonly overlapDays: number;
  readonly lifetimeDays: number;
  /** Partner tenant id; spreads the due days of many tenants, always to earlier days. */
  readonly tenantId: string;
}

/** The grid of a first slot, and of one that was asked for, begins here: such a slot has no due day. */
export const GRID_ORIGIN: Day = day("1970-01-01");

/** Days by which this tenant rotates early: 0 to 10 % of `everyDays`, always the same for a tenant. */
export function jitterDays(schedule: Pick<RotationSchedule, "everyDays" | "tenantId">): number {
  const most = Math.floor(schedule.everyDays / 10);
  const hash = createHash("sha256").update(schedule.tenantId.toLowerCase()).digest();
  return hash.readUInt32BE(0) % (most + 1);
}

/**
 * The day a secret becomes due. Never later than half its own life: a secret minted under a shorter lifetime must not
 * outlive its end because `everyDays` was raised since.
 */
export function dueOn(slot: { readonly start: Day; readonly end: Day }, schedule: RotationSchedule): Day {
  const planned = addDays(slot.start, schedule.everyDays - jitterDays(schedule));
  const halfLife = addDays(slot.start, Math.floor(daysBetween(slot.start, slot.end) / 2));
  return earlier(planned, halfLife);
}

/**
 * The last day not after today on a grid of a third of the period. Start and end of a new secret hang on it, so a run
 * that failed and is repeated next day asks for the same secret again instead of minting another.
 */
export function gridDay(from: Day, today: Day, schedule: Pick<RotationSchedule, "everyDays">): Day {
  const step = Math.ceil(schedule.everyDays / 3);
  return addDays(from, Math.floor(daysBetween(from, today) / step) * step);
}
