import { addDays, type Day, later } from "../model/day";
import { readMark } from "./mark";
import { type PublishedRecord, type RecordedSlot, slotNames } from "./record";
import { dueOn, type RotationSchedule } from "./schedule";
import type { StateSlots } from "./state-view";

/**
 * A record rebuilt from the secrets in the state, for when nothing credible is left of the old one. The newest secret is treated as the
 * published one, and the other is kept for a whole overlap from today, because consumers may still use it. Undefined when the state holds
 * none of ours.
 */
export function rebuiltRecord(
  slots: StateSlots,
  deployment: string,
  schedule: RotationSchedule,
  today: Day,
): PublishedRecord | undefined {
  const rebuilt: { a?: RecordedSlot; b?: RecordedSlot } = {};
  for (const name of slotNames) {
    const held = slots[name];
    const mark = readMark(held?.displayName ?? "");
    if (held === undefined || mark === undefined) continue;
    const start = addDays(held.end, -schedule.lifetimeDays);
    rebuilt[name] = { generation: mark.generation, start, ...held };
  }
  const [current] = slotNames
    .filter((name) => rebuilt[name] !== undefined)
    .sort((one, other) => (rebuilt[other]?.generation ?? 0) - (rebuilt[one]?.generation ?? 0));
  const newest = current && rebuilt[current];
  if (current === undefined || newest === undefined) return undefined;
  const overlapEnds = addDays(today, schedule.overlapDays);
  return {
    ...{ deployment, tenantId: schedule.tenantId, current, slots: rebuilt, handledRequests: [] },
    ...{ publishedOn: today, overlapEnds, dueOn: later(dueOn(newest, schedule), overlapEnds) },
  };
}
