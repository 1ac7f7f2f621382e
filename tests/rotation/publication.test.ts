import { day } from "../../model/day";
import { planSlots } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import { guidOf } from "../support/azure-answers";

const tenantId = "00000000-0000-4000-8000-000000000043";
const deployment = { id: guidOf("deployment"), tenantId };
const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId };
const origin = "dev";
const keyIds = { a: guidOf("a"), b: guidOf("b") };

const first = recordAfter(planSlots(undefined, schedule, day("2026-01-02"), { origin }), deployment, keyIds);
const second = recordAfter(planSlots(first, schedule, first.dueOn, { origin }), deployment, keyIds);

describe("the record a run leaves", () => {
  it("names the deployment, its days, and each slot with the key id that Entra gave", () => {
    expect(second).toEqual({
      deployment: deployment.id,
      tenantId,
      current: "b",
      publishedOn: "2026-03-08",
      overlapEnds: "2026-03-15",
      dueOn: "2026-06-06",
      slots: {
        a: { ...first.slots.a, keyId: keyIds.a },
        b: {
          generation: 2,
          keyId: keyIds.b,
          start: "2026-03-08",
          end: "2026-09-04",
          displayName: "partner-access/dev/2",
        },
      },
      handledRequests: [],
    });
  });

  it("has no slot that holds nothing", () => {
    expect(Object.keys(first.slots)).toEqual(["a"]);
    const kept = planSlots(first, schedule, day("2026-01-03"), { origin });
    expect(recordAfter(kept, deployment, keyIds)).toEqual(first);
  });

  it("is the one before, to the letter, where nothing is published: retiring writes no entry", () => {
    const retired = planSlots(second, schedule, day("2026-03-20"), { origin });
    expect(retired.reason.code).toBe("retired");
    expect(recordAfter(retired, deployment, { b: keyIds.b })).toEqual(second);
  });

  it("names another key id for a credential that was lost in Entra and minted again", () => {
    const kept = planSlots(second, schedule, day("2026-03-10"), { origin });
    const minted = guidOf("minted again");
    expect(recordAfter(kept, deployment, { ...keyIds, b: minted })).toEqual({
      ...second,
      slots: { ...second.slots, b: { ...second.slots.b, keyId: minted } },
    });
  });
});
