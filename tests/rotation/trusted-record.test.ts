import { day } from "../../model/day";
import { type PublishedRecord, readRecord, recordTags } from "../../rotation/record";
import { entraDisagreements, type RecordEvidence, repairTags, trustedTags } from "../../rotation/trusted-record";
import { guidOf } from "../support/azure-answers";

const address = "https://fabrikam.vault.azure.net/secrets/contoso-client-secret";
const clientId = guidOf("client");
function generation(number: number, changes: Partial<PublishedRecord> = {}) {
  const keyId = guidOf(`secret ${number}`);
  const record: PublishedRecord = {
    ...{ deployment: guidOf("deployment"), tenantId: guidOf("tenant"), current: "a", handledRequests: [] },
    ...{ publishedOn: day("2026-03-01"), overlapEnds: day("2026-03-08"), dueOn: day("2026-05-25") },
    slots: {
      a: {
        ...{ generation: number, keyId, start: day("2026-03-01"), end: day("2026-08-28") },
        displayName: `partner-access/dev/${number}`,
      },
    },
    ...changes,
  };
  return { record, tags: { ...recordTags(record), clientId } };
}
const credential = (number: number) => ({
  keyId: guidOf(`secret ${number}`),
  displayName: `partner-access/dev/${number}`,
  endDateTime: "2026-08-28T00:00:00Z",
});
const [first, second] = [generation(1), generation(2)];
const lost: RecordEvidence = {
  tenantId: guidOf("tenant"),
  live: {},
  address,
  state: undefined,
  deployment: undefined,
  versions: [first.tags, second.tags, {}],
  credentials: [credential(1), credential(2)],
};
const held = { displayName: "partner-access/dev/2", end: day("2026-08-28"), keyId: guidOf("secret 2") };
const known: RecordEvidence = {
  ...lost,
  deployment: guidOf("deployment"),
  state: { slots: { a: held }, entry: { address, tags: second.tags }, begun: undefined, hasVault: false },
};

describe("the record to repair from", () => {
  it("is the entry's own where nothing contradicts it", () => {
    expect(trustedTags({ ...known, live: second.tags })).toBe(second.tags);
    expect(trustedTags({ ...lost, live: second.tags })).toBe(second.tags);
  });

  it("is the state's last publish, and without a state the newest version that is credible", () => {
    expect(trustedTags(known)).toBe(second.tags);
    expect(trustedTags({ ...known, live: first.tags })).toBe(second.tags);
    expect(trustedTags(lost)).toBe(second.tags);
  });

  it("is what was begun, or an older version, when the state took edited tags over", () => {
    const edited = generation(2, { slots: { a: { ...second.record.slots.a!, end: day("2030-01-01") } } }).tags;
    const refreshed = { slots: { a: held }, entry: { address, tags: edited }, begun: second.tags, hasVault: false };
    expect(trustedTags({ ...known, live: edited, state: refreshed })).toBe(second.tags);
    expect(trustedTags({ ...known, live: edited, state: { ...refreshed, begun: undefined } })).toBe(second.tags);
  });

  it("is never one of another tenant or deployment, without a client id, or that Entra contradicts", () => {
    const foreign = [
      generation(2, { tenantId: guidOf("another") }).tags,
      generation(2, { slots: { a: { ...second.record.slots.a!, displayName: "by hand" } } }).tags,
      { ...second.tags, clientId: "" },
    ];
    for (const one of foreign) expect(trustedTags({ ...lost, versions: [first.tags, one] })).toBe(first.tags);
    const other = generation(2, { deployment: guidOf("another") }).tags;
    expect(trustedTags({ ...known, state: { ...known.state!, entry: undefined }, versions: [other] })).toBeUndefined();
    expect(trustedTags({ ...lost, versions: [] })).toBeUndefined();
  });
});

describe("a repair", () => {
  it("names the same secrets, and is another record, so that the entry is written", () => {
    const repaired = repairTags(second.tags, "version-1");
    expect(repaired["clientId"]).toBe(clientId);
    expect(repaired).not.toMatchObject(recordTags(second.record));
    expect(readRecord(repaired).record).toEqual({ ...second.record, handledRequests: [expect.any(String)] });
    expect(repairTags(second.tags, "version-1")).toEqual(repaired);
    expect(repairTags(second.tags, "version-2")).not.toEqual(repaired);
  });
});

describe("a record beside what Entra says of the same secrets", () => {
  it("differs where name or end do, and says nothing of secrets that Entra does not have", () => {
    expect(entraDisagreements(second.record, [credential(1)])).toEqual([]);
    expect(entraDisagreements(second.record, [credential(2)])).toEqual([]);
    expect(entraDisagreements(second.record, [{ ...credential(2), endDateTime: "2026-08-29T00:00:00Z" }])).toEqual([
      "tag slotA says partner-access/dev/2, ends 2026-08-28, Entra says partner-access/dev/2, ends 2026-08-29",
    ]);
  });
});
