import { day } from "../../model/day";
import { agreementProblems, disagreements, slotDisagreements } from "../../rotation/agreement";
import { type PublishedRecord, recordTags } from "../../rotation/record";
import type { StateView } from "../../rotation/state-view";
import { guidOf } from "../support/azure-answers";

const address = "https://fabrikam.vault.azure.net/secrets/contoso-client-secret";
const record: PublishedRecord = {
  ...{ deployment: guidOf("deployment"), tenantId: guidOf("tenant"), current: "a", handledRequests: [] },
  ...{ publishedOn: day("2026-03-01"), overlapEnds: day("2026-03-08"), dueOn: day("2026-05-25") },
  slots: {
    a: {
      ...{ generation: 1, keyId: guidOf("a"), start: day("2026-03-01"), end: day("2026-08-28") },
      displayName: "partner-access/dev/1",
    },
  },
};
const tags = { ...recordTags(record), clientId: guidOf("client"), managedBy: "partner-insights-access" };
const later = { ...recordTags({ ...record, publishedOn: day("2026-03-02") }), clientId: guidOf("client") };
const held = { displayName: "partner-access/dev/1", end: day("2026-08-28"), keyId: guidOf("a").toUpperCase() };
const state: StateView = { slots: { a: held }, entry: { address, tags }, begun: undefined, hasVault: false };
const tagsOf = (live: Readonly<Record<string, string>>, changes: Partial<StateView> = {}) =>
  disagreements(live, address, { ...state, ...changes }).map(({ tag }) => tag);

describe("a record and the state of the stack that published it", () => {
  it("agree when the entry is as the last publish wrote it, or as one whose answer was lost", () => {
    expect(tagsOf(tags)).toEqual([]);
    expect(tagsOf(later, { begun: later })).toEqual([]);
    expect(tagsOf({ ...tags, managedBy: "somebody", costCenter: "4711" })).toEqual([]);
  });

  it("disagree about every tag by which a run decides, also where the tags read as a record", () => {
    expect(tagsOf(later)).toEqual(["record", "publishedOn"]);
    expect(tagsOf(tags, { entry: { address, tags: later } })).toEqual(["record", "publishedOn"]);
    expect(tagsOf({ ...tags, clientId: guidOf("another") })).toEqual(["clientId"]);
    const { clientId: _gone, ...rest } = tags;
    expect(tagsOf(rest)).toEqual(["clientId"]);
  });

  it("are compared with the closer of what was published and what was begun", () => {
    expect(tagsOf({ ...later, clientId: "x" }, { begun: later })).toEqual(["clientId"]);
  });

  it("are not compared for another place, nor with a state that never published", () => {
    expect(tagsOf(later, { entry: { address: `${address}-2`, tags } })).toEqual([]);
    expect(tagsOf(later, { entry: { address: address.toUpperCase(), tags } })).not.toEqual([]);
    expect(tagsOf(later, { entry: undefined })).toEqual([]);
  });

  it("describe one secret alike, also where a refresh has taken edited tags into the state", () => {
    const edited = { ...record, slots: { a: { ...record.slots.a!, end: day("2030-01-01") } } };
    const live = { ...recordTags(edited), clientId: guidOf("client") };
    expect(tagsOf(live, { entry: { address, tags: live } })).toEqual(["slotA"]);
    expect(slotDisagreements(edited, { b: held })).toHaveLength(1);
    expect(slotDisagreements(edited, { a: { ...held, keyId: guidOf("another") } })).toEqual([]);
  });
});

describe("the refusal", () => {
  it("names each tag with both values, and the way out", () => {
    const found = disagreements(later, address, state).filter(({ tag }) => tag === "publishedOn");
    expect(agreementProblems("contoso-client-secret", "contoso", found)).toEqual([
      "the vault's entry contoso-client-secret is not what this stack published: tag publishedOn is 2026-03-02, published was " +
        "2026-03-01. Its tags were changed by hand, or this state is an old one. Repair it: npm run partner-access -- recover -s contoso",
    ]);
    expect(agreementProblems("contoso-client-secret", "contoso", [])).toEqual([]);
  });
});
