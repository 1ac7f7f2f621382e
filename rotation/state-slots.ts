import { readMark } from "./mark";
import type { PlannedSlot, SlotPlan } from "./plan";
import { slotNames } from "./record";
import type { StateSlots } from "./state-view";

/**
 * Why a secret of the record cannot be kept; empty when it can. An emergency that was interrupted before its publish has put its own secret
 * into the slot of the previous one, which Entra still accepts: the engine would remove it now, and mint another under its name.
 */
export function replacedProblems({ slots, record }: SlotPlan, state: StateSlots): readonly string[] {
  return slotNames.flatMap((name) => {
    const [kept, held] = [slots[name], readMark(state[name]?.displayName ?? "")];
    const isKept = kept !== undefined && kept.generation === record?.slots[name]?.generation;
    if (!isKept || held === undefined || held.generation === kept.generation) return [];
    return [
      `generation ${kept.generation} is to be kept in slot ${name} until ${record?.overlapEnds}, and an interrupted rotation has put ` +
        `generation ${held.generation} there: this update would remove a secret that consumers may still use. Restore the request ` +
        "that it served (rotation.request, with compromised: true), or wait until that day",
    ];
  });
}

/** The slot that a run of this plan would mint; undefined when it mints none, or an interrupted run has minted it already. */
export function slotToMint({ slots, record }: SlotPlan, state: StateSlots = {}): PlannedSlot | undefined {
  const name = slotNames.find((slot) => {
    const planned = slots[slot];
    if (planned === undefined || planned.generation === record?.slots[slot]?.generation) return false;
    return planned.displayName !== state[slot]?.displayName || planned.end !== state[slot]?.end;
  });
  return name && slots[name];
}
