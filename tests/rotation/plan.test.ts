import { addDays, type Day, day } from "../../model/day";
import { planSlots, rollbackProblems } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import type { PublishedRecord } from "../../rotation/record";
import { isPending, requestHash, rollbackHash, withHandled } from "../../rotation/requests";
import { guidOf } from "../support/azure-answers";

/** A tenant whose jitter is nought, so that due days can be read off. */
const tenantId = "00000000-0000-4000-8000-000000000043";
const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId };
const origin = "dev";
const KEY_A = guidOf("a");
const KEY_B = guidOf("b");

const first = () => planSlots(undefined, schedule, day("2026-01-02"), { origin });
const published = (plan = first()): PublishedRecord =>
  recordAfter(plan, { id: guidOf("deployment"), tenantId }, { a: KEY_A, b: KEY_B });
/** Slot a generation 1 is previous, slot b generation 2 published on its due day. */
const rotated = (): PublishedRecord => published(planSlots(published(), schedule, dueDay(), { origin }));
const dueDay = (): Day => first().nextRotationOn;

const slotA = { generation: 1, start: "2025-12-08", end: "2026-06-06", displayName: "partner-access/dev/1" };
const slotB = { generation: 2, start: "2026-03-08", end: "2026-09-04", displayName: "partner-access/dev/2" };

describe("planSlots", () => {
  it("begins with generation 1 in slot a, from the last day of the common grid", () => {
    expect(first()).toEqual({
      slots: { a: slotA },
      current: "a",
      isPublish: true,
      record: undefined,
      publishedOn: "2026-01-02",
      overlapEnds: "2026-01-09",
      nextRotationOn: "2026-03-08",
      handledRequests: [],
      reason: { code: "first", sentence: "No client secret is published yet: generation 1 goes into slot a." },
    });
  });

  it("changes nothing before the due day", () => {
    const plan = planSlots(published(), schedule, addDays(dueDay(), -1), { origin });
    expect(plan).toMatchObject({ slots: { a: slotA }, current: "a", isPublish: false, publishedOn: "2026-01-02" });
    expect(plan.reason).toEqual({ code: "unchanged", sentence: "Nothing is due before 2026-03-08." });
  });

  it("fills the other slot on the due day and keeps the old one as it is", () => {
    const plan = planSlots(published(), schedule, dueDay(), { origin: "renamed" });
    expect(plan).toMatchObject({
      slots: { a: slotA, b: { ...slotB, displayName: "partner-access/renamed/2" } },
      current: "b",
      isPublish: true,
      publishedOn: "2026-03-08",
      overlapEnds: "2026-03-15",
      nextRotationOn: "2026-06-06",
    });
    expect(plan.reason).toEqual({ code: "due", sentence: "Due since 2026-03-08: generation 2 goes into slot b." });
  });

  it("asks for the same secret all through a grid step, and for another one after it", () => {
    const start = (later: number) =>
      planSlots(published(), schedule, addDays(dueDay(), later), { origin }).slots.b?.start;
    expect([0, 1, 29, 30, 59, 60].map(start)).toEqual([
      "2026-03-08",
      "2026-03-08",
      "2026-03-08",
      "2026-04-07",
      "2026-04-07",
      "2026-05-07",
    ]);
  });

  it("counts the steps from the due day, which is the tenant's own, and those of a request from the common one", () => {
    const early = { ...schedule, tenantId: guidOf("a tenant with a jitter") };
    const record = published(planSlots(undefined, early, day("2026-01-02"), { origin }));
    expect(record.dueOn).not.toBe(dueDay());
    const due = planSlots(record, early, addDays(record.dueOn, 5), { origin });
    expect(due.slots.b?.start).toBe(record.dueOn);
    const request = { text: "someone left", isCompromised: false };
    expect(planSlots(record, early, day("2026-02-20"), { origin, request }).slots.b?.start).toBe("2026-02-06");
  });

  it("touches no occupied slot when lifetime, period or origin change", () => {
    const other = { ...schedule, everyDays: 100, lifetimeDays: 400 };
    const plan = planSlots(rotated(), other, day("2026-03-10"), { origin: "renamed" });
    expect(plan.slots).toEqual({ a: slotA, b: slotB });
  });

  it("keeps the previous secret to the end of the overlap that its publish promised", () => {
    const during = planSlots(rotated(), schedule, day("2026-03-14"), { origin });
    expect(Object.keys(during.slots).sort()).toEqual(["a", "b"]);
    expect(during.nextRotationOn).toBe("2026-06-06");
    expect(during.reason).toEqual({ code: "unchanged", sentence: "Nothing is due before 2026-06-06." });
    const shortened = planSlots(rotated(), { ...schedule, overlapDays: 2 }, day("2026-03-14"), { origin });
    expect(shortened.slots).toEqual(during.slots);
    const over = planSlots(rotated(), schedule, day("2026-03-15"), { origin });
    expect(over.slots).toEqual({ b: slotB });
    expect(over.isPublish).toBe(false);
    expect(over.reason).toEqual({
      code: "retired",
      sentence: "The overlap ended on 2026-03-15: generation 1 is not kept.",
    });
  });

  it("keeps no previous secret on the day it ends, whatever overlap was promised", () => {
    const record = { ...rotated(), overlapEnds: day("2026-07-01") };
    const slots = (today: string) => Object.keys(planSlots(record, schedule, day(today), { origin }).slots).sort();
    expect(slots("2026-06-05")).toEqual(["a", "b"]);
    expect(slots("2026-06-06")).toEqual(["b"]);
  });

  it("says from the due day on that a rotation waits for the overlap", () => {
    const slow = { ...schedule, overlapDays: 30 };
    const request = { text: "someone left", isCompromised: false };
    const asked = published(planSlots(published(), slow, day("2026-02-20"), { origin, request }));
    const back = published(planSlots(asked, slow, day("2026-02-21"), { origin, rollback: "a consumer broke" }));
    const plan = (today: string) => planSlots(back, slow, day(today), { origin });
    expect(plan("2026-03-07")).toMatchObject({ reason: { code: "unchanged" }, nextRotationOn: "2026-03-23" });
    expect(plan("2026-03-08")).toMatchObject({ reason: { code: "waiting" }, nextRotationOn: "2026-03-23" });
  });

  it("rotates back into the emptied slot with the next generation", () => {
    const plan = planSlots(rotated(), schedule, day("2026-06-06"), { origin });
    expect(plan).toMatchObject({ current: "a", slots: { b: slotB, a: { generation: 3 } } });
  });

  it("rotates before a short-lived secret passes half its life, although the period was raised since", () => {
    const rare = { ...schedule, everyDays: 300, lifetimeDays: 600 };
    expect(planSlots(published(), rare, day("2026-03-07"), { origin }).isPublish).toBe(false);
    expect(planSlots(published(), rare, day("2026-03-08"), { origin }).reason.code).toBe("due");
  });

  it("rotates only once after years without a run, and does not keep the expired secret", () => {
    const plan = planSlots(published(), schedule, day("2029-01-01"), { origin });
    expect(plan.slots).toEqual({
      b: { generation: 2, start: "2028-12-22", end: "2029-06-20", displayName: "partner-access/dev/2" },
    });
  });
});

describe("a request", () => {
  const request = { text: "someone left", isCompromised: false };

  it("rotates once", () => {
    const plan = planSlots(published(), schedule, day("2026-02-01"), { origin, request });
    expect(plan).toMatchObject({
      current: "b",
      reason: { code: "requested" },
      handledRequests: [requestHash("someone left")],
    });
    const again = planSlots(published(plan), schedule, day("2026-02-20"), { origin, request });
    expect(again.isPublish).toBe(false);
  });

  it("waits for the overlap of the last publish", () => {
    const plan = planSlots(rotated(), schedule, day("2026-03-09"), { origin, request });
    expect(plan).toMatchObject({ isPublish: false, nextRotationOn: "2026-03-15", reason: { code: "waiting" } });
  });

  it("is answered by a rotation that was due anyway, and by the first publish", () => {
    const due = planSlots(published(), schedule, dueDay(), { origin, request });
    expect(due).toMatchObject({ reason: { code: "due" }, handledRequests: [requestHash("someone left")] });
    expect(planSlots(undefined, schedule, day("2026-01-02"), { origin, request }).handledRequests).toHaveLength(1);
  });

  it("rotates at once and keeps nothing else when the secret was compromised", () => {
    const compromised = { ...request, isCompromised: true };
    const plan = planSlots(rotated(), schedule, day("2026-03-09"), { origin, request: compromised });
    expect(plan).toMatchObject({ current: "a", reason: { code: "compromised" } });
    expect(plan.slots).toEqual({ a: expect.objectContaining({ generation: 3 }) });
  });

  it("asks again when it is raised to compromised, and not when the word is taken back", () => {
    const plain = published(planSlots(published(), schedule, day("2026-02-01"), { origin, request }));
    const raised = { ...request, isCompromised: true };
    const plan = planSlots(plain, schedule, day("2026-02-02"), { origin, request: raised });
    expect(plan.reason.code).toBe("compromised");
    expect(planSlots(published(plan), schedule, day("2026-02-12"), { origin, request }).isPublish).toBe(false);
    expect(planSlots(published(plan), schedule, day("2026-02-12"), { origin, request: raised }).isPublish).toBe(false);
  });

  it("is the same with blanks around it, and so is the reason of a roll-back", () => {
    for (const isCompromised of [false, true]) {
      const handled = withHandled([], { text: "someone left", isCompromised });
      expect(isPending({ text: "  someone left\n", isCompromised }, handled)).toBe(false);
    }
    expect(rollbackHash("  a consumer broke\n")).toBe(rollbackHash("a consumer broke"));
  });

  it("takes one place in the memory, the newest, when it is answered again", () => {
    const other = requestHash("another");
    const handled = withHandled([requestHash(request.text), other], request);
    expect(handled).toEqual([other, requestHash(request.text)]);
  });

  it("remembers the last twenty", () => {
    let record = published();
    for (let index = 0; index < 25; index += 1) {
      const today = addDays(day("2026-02-01"), index * 10);
      const text = `request ${index}`;
      record = published(planSlots(record, schedule, today, { origin, request: { text, isCompromised: false } }));
    }
    expect(record.handledRequests).toHaveLength(20);
    expect(record.handledRequests.at(-1)).toBe(requestHash("request 24"));
  });
});

describe("a roll-back", () => {
  const rollback = "consumer broke";

  it("publishes the previous secret again and keeps both", () => {
    const plan = planSlots(rotated(), schedule, day("2026-03-10"), { origin, rollback });
    expect(plan).toMatchObject({
      slots: { a: slotA, b: slotB },
      current: "a",
      isPublish: true,
      publishedOn: "2026-03-10",
      overlapEnds: "2026-03-17",
      handledRequests: [rollbackHash(rollback)],
      reason: { code: "rolled-back", sentence: "Rolled back on request: generation 1 in slot a is published again." },
    });
  });

  it("happens once, and is followed by a higher generation than both", () => {
    const back = published(planSlots(rotated(), schedule, day("2026-03-10"), { origin, rollback }));
    expect(planSlots(back, schedule, day("2026-03-11"), { origin, rollback })).toMatchObject({
      isPublish: false,
      current: "a",
    });
    const next = planSlots(back, schedule, day("2026-03-17"), { origin });
    expect(next).toMatchObject({ current: "b", slots: { b: { generation: 3 } } });
  });

  it("is refused with every reason", () => {
    const problems = (record: PublishedRecord | undefined, today: string, request?: string) =>
      rollbackProblems(record, schedule, day(today), {
        rollback,
        ...(request && { request: { text: request, isCompromised: true } }),
      });
    expect(rollbackProblems(undefined, schedule, day("2026-01-02"), {})).toEqual([]);
    expect(problems(undefined, "2026-01-02")).toEqual([
      "nothing has been published yet, so there is nothing to roll back to",
    ]);
    expect(problems(published(), "2026-01-03")).toEqual(["the vault entry records no previous secret to roll back to"]);
    expect(problems(rotated(), "2026-06-05", "leak")).toEqual([
      "the overlap ended on 2026-03-15: generation 1 is retired; rotate instead",
      "generation 1 expires on 2026-06-06, too soon to publish; rotate instead",
      "a compromised request is pending, which removes the previous secret; withdraw one of the two",
    ]);
    expect(problems(rotated(), "2026-03-10")).toEqual([]);
  });

  it("is possible up to the last day of the overlap", () => {
    const problems = (today: string) => rollbackProblems(rotated(), schedule, day(today), { rollback });
    expect(problems("2026-03-14")).toEqual([]);
    expect(problems("2026-03-15")).toEqual([
      "the overlap ended on 2026-03-15: generation 1 is retired; rotate instead",
    ]);
  });

  it("goes back to no secret that ends before the overlap which begins with it", () => {
    const record = { ...rotated(), overlapEnds: day("2026-07-01") };
    const problems = (today: string) => rollbackProblems(record, schedule, day(today), { rollback });
    expect(problems("2026-05-29")).toEqual([]);
    expect(problems("2026-05-30")).toEqual(["generation 1 expires on 2026-06-06, too soon to publish; rotate instead"]);
  });

  it("is held back by no request but a compromised one that waits", () => {
    const problems = (record: PublishedRecord, isCompromised: boolean) =>
      rollbackProblems(record, schedule, day("2026-03-10"), { rollback, request: { text: "leak", isCompromised } });
    const handledRequests = withHandled([], { text: "leak", isCompromised: true });
    expect(problems(rotated(), false)).toEqual([]);
    expect(problems({ ...rotated(), handledRequests }, true)).toEqual([]);
    expect(problems(rotated(), true)).toHaveLength(1);
  });

  it("is not a plan when it is refused", () => {
    expect(planSlots(rotated(), schedule, day("2026-03-20"), { origin, rollback })).toMatchObject({ current: "b" });
  });
});
