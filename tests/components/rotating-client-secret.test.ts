import * as pulumi from "@pulumi/pulumi";
import { RotatingClientSecret } from "../../components/rotating-client-secret";
import { day } from "../../model/day";
import { planSlots, type SlotPlan } from "../../rotation/plan";
import { readRecord } from "../../rotation/record";
import { azureOutputs, guidOf } from "../support/azure-answers";
import { deploy, settled } from "../support/deploy";

const tenantId = "11111111-1111-4111-8111-111111111111";
const deploymentId = "0dd0f1ce-0000-4000-8000-000000000001";
const rule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180 };
const schedule = { ...rule, tenantId };
const first = planSlots(undefined, schedule, day("2026-01-02"), { origin: "dev" });

function declare(plan: SlotPlan, isPreview = false) {
  return deploy(
    () => new RotatingClientSecret("partner", { applicationId: "/applications/x", plan, rule, deploymentId, tenantId }),
    { outputs: azureOutputs, isPreview },
  );
}

/** The record the given plan leaves, as the next run reads it. */
async function recordOf(plan: SlotPlan) {
  const { result } = await declare(plan);
  const { record } = readRecord((await settled(result.recordTags)).value);
  return record!;
}

describe("RotatingClientSecret", () => {
  it("states its rule in its own record, where a review finds it", async () => {
    const { resource } = await declare(first);
    expect(resource("partner", "partner-access:index:RotatingClientSecret").inputs).toEqual(rule);
  });

  it("declares one credential per occupied slot, from the plan alone", async () => {
    const { resource, resources } = await declare(first);
    expect(resources.map(({ name }) => name)).toEqual(["partner", "partner-secret-a"]);
    expect(resource("partner-secret-a")).toMatchObject({
      type: "azuread:index/applicationPassword:ApplicationPassword",
      parent: "partner",
    });
    expect(resource("partner-secret-a").inputs).toEqual({
      applicationId: "/applications/x",
      displayName: "partner-access/dev/1",
      endDate: `${first.slots.a?.end}T00:00:00Z`,
      rotateWhenChanged: { generation: "1" },
    });
  });

  it("marks the current secret as secret, and the key id not", async () => {
    const { result } = await declare(first);
    expect(await settled(result.value)).toEqual({ value: "text of partner-secret-a", isSecret: true });
    expect(await settled(result.keyId)).toMatchObject({ isSecret: false });
  });

  it("records the key ids that Entra gave, in tags that read back as the record", async () => {
    const record = await recordOf(first);
    expect(record).toMatchObject({ deployment: deploymentId, tenantId, current: "a", publishedOn: "2026-01-02" });
    expect(record.slots.a?.keyId).toBe(guidOf("partner-secret-a partner-access/dev/1"));
    expect(record.slots.b).toBeUndefined();
  });

  it("exposes the new secret and keeps the old credential's inputs when the other slot takes over", async () => {
    const second = planSlots(await recordOf(first), { ...schedule, lifetimeDays: 400 }, day("2026-04-01"), {
      origin: "renamed",
    });
    const { resource, result } = await declare(second);
    expect((await settled(result.value)).value).toBe("text of partner-secret-b");
    expect(resource("partner-secret-a").inputs).toEqual((await declare(first)).resource("partner-secret-a").inputs);
    expect(resource("partner-secret-b").inputs["displayName"]).toBe("partner-access/renamed/2");
  });

  it("leaves the record's tags as they are when nothing is published, even after the previous slot was emptied", async () => {
    const second = planSlots(await recordOf(first), schedule, day("2026-04-01"), { origin: "dev" });
    const tags = (await settled((await declare(second)).result.recordTags)).value;
    const retired = planSlots(readRecord(tags).record, schedule, day("2026-04-20"), { origin: "dev" });
    const { result, resources } = await declare(retired);
    expect(resources.map(({ name }) => name)).toEqual(["partner", "partner-secret-b"]);
    expect((await settled(result.recordTags)).value).toEqual(tags);
  });

  it("records the key id of a credential that was lost and minted again", async () => {
    const record = await recordOf(first);
    const lost = { ...record, slots: { a: { ...record.slots.a!, keyId: guidOf("lost") } } };
    const { result } = await declare(planSlots(lost, schedule, day("2026-01-03"), { origin: "dev" }));
    expect(readRecord((await settled(result.recordTags)).value).record).toEqual(record);
  });

  it("survives a preview, where a new credential has no key id yet", async () => {
    const { result } = await deploy(
      async () => {
        const secret = new RotatingClientSecret("partner", {
          applicationId: "/applications/x",
          plan: first,
          rule,
          deploymentId,
          tenantId,
        });
        const isKnown = await (pulumi.output(secret.recordTags) as unknown as { isKnown: Promise<boolean> }).isKnown;
        return { isKnown };
      },
      { outputs: azureOutputs, isPreview: true },
    );
    expect(result.isKnown).toBe(false);
  });

  it("names every problem of a plan at once", async () => {
    const slot = { ...first.slots.a!, end: first.slots.a!.start };
    await expect(declare({ ...first, slots: { b: slot } })).rejects.toThrow(
      [
        'RotatingClientSecret "partner":',
        " - plan.current must be an occupied slot, got a, which is empty",
        ` - plan.slots.b must end after it starts, got ${slot.start} to ${slot.start}`,
      ].join("\n"),
    );
    await expect(declare({ ...first, slots: { a: first.slots.a!, b: first.slots.a! } })).rejects.toThrow(
      "plan.slots must hold two different generations, got 1 twice",
    );
  });
});
