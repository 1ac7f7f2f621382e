import { day } from "../../model/day";
import { planSlots } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import { replacedProblems, slotToMint } from "../../rotation/state-slots";
import type { StateSlots } from "../../rotation/state-view";

const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: "11111111-1111-4111-8111-111111111111" };
const origin = "dev";
const deployment = { id: "d", tenantId: "t" };
const first = planSlots(undefined, schedule, day("2026-03-01"), { origin });
const published = recordAfter(first, deployment, { a: "a" });
const rotated = planSlots(published, schedule, day("2026-06-01"), { origin });
const record = recordAfter(rotated, deployment, { a: "a", b: "b" });
const plan = (on: string, options: object = {}) => planSlots(record, schedule, day(on), { origin, ...options });
const leak = { request: { text: "leak", isCompromised: true } };
const stateOf = (slots: typeof rotated.slots): StateSlots =>
  Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, { ...slot, keyId: name }]));

const inOverlap = plan("2026-06-02");
/** What an emergency leaves that minted and did not publish: its own secret where the previous one was. */
const brokenOff = stateOf({ b: rotated.slots.b as never, a: plan("2026-06-02", leak).slots.a as never });

describe("the slots of a state", () => {
  it("stop a run that would replace a recorded secret by one of the same name, with the way out", () => {
    const sentence =
      "generation 1 is to be kept in slot a until 2026-06-08, and an interrupted rotation has put generation 3 there: this " +
      "update would remove a secret that consumers may still use. Restore the request that it served " +
      "(rotation.request, with compromised: true), or wait until that day";
    expect(replacedProblems(inOverlap, brokenOff)).toEqual([sentence]);
    expect(replacedProblems(plan("2026-06-02", { rollback: "why" }), brokenOff)).toEqual([sentence]);
  });

  it("stop nothing when the request is back, when the overlap is over, and when nothing was replaced", () => {
    expect(replacedProblems(plan("2026-06-02", leak), brokenOff)).toEqual([]);
    expect(replacedProblems(plan("2026-06-08"), brokenOff)).toEqual([]);
    expect(replacedProblems(inOverlap, stateOf(rotated.slots))).toEqual([]);
    // A state that knows no secret, or one whose name is no mark, says nothing about generations.
    expect(replacedProblems(inOverlap, {})).toEqual([]);
    expect(replacedProblems(inOverlap, { a: { displayName: "by hand", end: day("2026-12-01"), keyId: "a" } })).toEqual(
      [],
    );
  });
});

describe("the secret that a run mints", () => {
  it("is the slot that the record does not know", () => {
    expect(slotToMint(first)).toBe(first.slots.a);
    expect(slotToMint(rotated)).toBe(rotated.slots.b);
    expect(slotToMint(rotated, stateOf(first.slots))).toBe(rotated.slots.b);
  });

  it("is none when nothing is new, and none when a run that broke off has minted it", () => {
    const plans = [inOverlap, plan("2026-06-20"), plan("2026-06-02", { rollback: "why" })];
    expect(plans.map(({ reason }) => reason.code)).toEqual(["unchanged", "retired", "rolled-back"]);
    for (const one of plans) expect(slotToMint(one)).toBeUndefined();
    expect(slotToMint(rotated, stateOf(rotated.slots))).toBeUndefined();
    expect(slotToMint(plan("2026-06-02", leak), brokenOff)).toBeUndefined();
  });

  it("is new again when the day or the name has moved on since", () => {
    const { b } = rotated.slots;
    const minted = { displayName: b?.displayName ?? "", end: b?.end ?? day("2027-01-01"), keyId: "b" };
    expect(slotToMint(rotated, { b: minted })).toBeUndefined();
    expect(slotToMint(rotated, { b: { ...minted, end: day("2027-01-01") } })).toBe(b);
    expect(slotToMint(rotated, { b: { ...minted, displayName: "partner-access/other/2" } })).toBe(b);
  });
});
