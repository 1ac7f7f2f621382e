import { day } from "../../model/day";
import { decide, type RotationFacts } from "../../rotation/decide";
import type { DeploymentFacts } from "../../rotation/deployment";
import type { MissingEntry } from "../../rotation/missing-entry";
import { recordAfter } from "../../rotation/publication";
import { readRecord, recordTags } from "../../rotation/record";
import { guidOf } from "../support/azure-answers";

const deployment = guidOf("deployment");
const tenantId = guidOf("tenant");
const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId };
const options = { origin: "dev" };
const first = { today: day("2026-01-02"), schedule, options, record: undefined };
const { plan } = decide(first);
if (plan === undefined) throw new Error("a first publish is always planned");
const tags = { ...recordTags(recordAfter(plan, { id: deployment, tenantId }, { a: guidOf("a"), b: undefined })) };
const record = readRecord(tags).record;
const place = { tenantId, subscriptionId: "s", resourceGroup: "g", vaultName: "v", prefix: "p-" };
const placed: DeploymentFacts = {
  ...{ deployment, stack: "dev", entryName: "p-client-secret", live: readRecord(tags) },
  ...{ configured: place, remembered: place, hasConsumers: false, migrate: undefined },
};
const missing: MissingEntry = {
  ...{ deployment, vaultName: "v", entryName: "p-client-secret", address: "https://v/secrets/p-client-secret" },
  ...{ published: "https://v/secrets/p-client-secret", deleted: { kind: "none" }, migrate: undefined },
};
const entry = { name: "p-client-secret", address: "https://v/secrets/p-client-secret", stack: "dev", isRepair: false };
const later: RotationFacts = { ...first, today: day("2026-01-05"), record };

describe("a decision about a rotation", () => {
  it("plans when nothing that was asked refuses", () => {
    const state = { slots: {}, entry: { address: "", tags }, begun: undefined, hasVault: false };
    const { plan: kept, warnings } = decide({ ...later, state, deployment: placed, entry: { ...entry, tags } });
    expect([kept?.current, kept?.isPublish, kept?.reason.code, warnings]).toEqual(["a", false, "unchanged", []]);
  });

  it("reports what is wrong with the place, the vault and the request together", () => {
    const { problems } = decide({
      ...later,
      options: { ...options, rollback: "consumer broke" },
      deployment: { ...placed, deployment: guidOf("another") },
      vaultProblems: ["the vault decides by policies"],
    });
    expect(problems).toEqual([
      expect.stringContaining(`belongs to deployment ${deployment}`),
      expect.stringContaining("no previous secret to roll back to"),
      "the vault decides by policies",
    ]);
  });

  it("says that an entry is lost, but not where the place is wrong already", () => {
    expect(decide({ ...first, missing }).problems).toEqual([expect.stringContaining("it was purged")]);
    const moved = { ...placed, live: undefined, remembered: { ...place, prefix: "old-" }, hasConsumers: true };
    expect(decide({ ...first, missing, deployment: moved }).problems).toEqual([
      expect.stringContaining("vault.prefix is p-, but this stack publishes to old-"),
    ]);
  });

  it("goes by no tags that this stack did not publish", () => {
    const state = { slots: {}, entry: { address: "", tags }, begun: undefined, hasVault: false };
    const edited = { ...tags, clientId: guidOf("another application") };
    const { problems } = decide({ ...later, state, entry: { ...entry, tags: edited } });
    expect(problems).toEqual([expect.stringContaining("is not what this stack published: tag clientId is")]);
  });

  it("keeps no secret in a slot that a broken-off emergency has filled", () => {
    const second = decide({ ...first, today: day("2026-04-02"), record }).plan;
    if (second === undefined) throw new Error("a due rotation is planned");
    const keys = { a: guidOf("a"), b: guidOf("b") };
    const rotated = readRecord(recordTags(recordAfter(second, { id: deployment, tenantId }, keys))).record;
    const slots = { a: { displayName: "partner-access/dev/3", end: day("2026-10-01"), keyId: guidOf("c") } };
    const facts = { ...first, today: day("2026-04-03"), record: rotated };
    expect(
      decide({ ...facts, state: { slots, entry: undefined, begun: undefined, hasVault: false } }).problems,
    ).toEqual([expect.stringContaining("generation 1 is to be kept in slot a")]);
    expect(decide(facts).problems).toBeUndefined();
  });
});
