import { addDays, type Day, earlier } from "./day";
import { readMark } from "./mark";
import { type PlannedSlot, type PlanOptions, publishedToday, type SlotPlan } from "./plan";
import { type SlotName, slotNames } from "./record";
import { withHandled } from "./requests";
import type { RotationSchedule } from "./schedule";

/** What a stack's state holds in its slots before a run: what the last run minted, published or not. */
export type StateSlots = Readonly<Partial<Record<SlotName, Pick<PlannedSlot, "displayName" | "end">>>>;

/**
 * Publishes the newest secret that the state holds, where a move or a purge has left the record behind: consumers that keep it are not cut
 * off, and a run that fails has minted nothing. Undefined when the state holds none that lives.
 */
export function planFromState(
  state: StateSlots,
  schedule: RotationSchedule,
  today: Day,
  options: PlanOptions,
): SlotPlan | undefined {
  const living = slotNames.flatMap((name) => {
    const { displayName, end } = state[name] ?? {};
    const generation = readMark(displayName ?? "")?.generation;
    if (displayName === undefined || end === undefined || generation === undefined || end <= today) return [];
    // When it began is not in the state. This never makes it due later than it was, unless the lifetime was shortened since.
    return [
      { name, slot: { generation, start: earlier(addDays(end, -schedule.lifetimeDays), today), end, displayName } },
    ];
  });
  const [newest] = living.sort((one, other) => other.slot.generation - one.slot.generation);
  if (newest === undefined) return undefined;
  const { name, slot } = newest;
  return {
    slots: { [name]: slot },
    current: name,
    isPublish: true,
    record: undefined,
    ...publishedToday(slot, schedule, today),
    handledRequests: withHandled([], options.request),
    reason: {
      code: "moved",
      sentence: `No record is where this run publishes: generation ${slot.generation}, which the state holds, is published there.`,
    },
  };
}

/** Whether a run with this plan changes what the slots hold, or must keep a previous secret through it: then the state matters. */
export function dependsOnState({ isPublish, slots }: SlotPlan): boolean {
  return isPublish || slotNames.every((name) => slots[name] !== undefined);
}

/**
 * Why a secret of the record cannot be kept; empty when it can. An emergency that broke off before its publish has put its own secret into
 * the slot of the previous one, which Entra still accepts: the engine would remove it now, and mint another under its name.
 */
export function replacedProblems({ slots, record }: SlotPlan, state: StateSlots): readonly string[] {
  return slotNames.flatMap((name) => {
    const [kept, held] = [slots[name], readMark(state[name]?.displayName ?? "")];
    const isKept = kept !== undefined && kept.generation === record?.slots[name]?.generation;
    if (!isKept || held === undefined || held.generation === kept.generation) return [];
    return [
      `generation ${kept.generation} is to be kept in slot ${name} until ${record?.overlapEnds}, and a rotation that broke off has put ` +
        `generation ${held.generation} there: this update would remove a secret that consumers may still use. Put the request ` +
        "that it answered back (rotation.request, with compromised: true), or wait until that day",
    ];
  });
}

/** The slot that a run of this plan would mint; undefined when it mints none, or a run that broke off has minted it already. */
export function slotToMint({ slots, record }: SlotPlan, state: StateSlots = {}): PlannedSlot | undefined {
  const name = slotNames.find((slot) => {
    const planned = slots[slot];
    if (planned === undefined || planned.generation === record?.slots[slot]?.generation) return false;
    return planned.displayName !== state[slot]?.displayName || planned.end !== state[slot]?.end;
  });
  return name && slots[name];
}
