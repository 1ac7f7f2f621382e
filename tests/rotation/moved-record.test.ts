import { day } from "../../model/day";
import { movedRecord } from "../../rotation/moved-record";
import { type PublishedRecord, recordTags } from "../../rotation/record";
import { movedHash, requestHash, rollbackHash } from "../../rotation/requests";
import { guidOf } from "../support/azure-answers";

const record: PublishedRecord = {
  deployment: guidOf("deployment"),
  tenantId: guidOf("tenant"),
  current: "b",
  publishedOn: day("2026-03-01"),
  overlapEnds: day("2026-03-08"),
  dueOn: day("2026-05-25"),
  slots: {
    a: { generation: 1, keyId: guidOf("1"), start: day("2025-12-01"), end: day("2026-05-30"), displayName: "x/y/1" },
    b: { generation: 2, keyId: guidOf("2"), start: day("2026-03-01"), end: day("2026-08-28"), displayName: "x/y/2" },
  },
  handledRequests: [requestHash("audit")],
};
const move = { deployment: record.deployment, tenantId: record.tenantId, reason: "why", today: day("2026-03-04") };

describe("the record of a move", () => {
  it("is the one that the state holds: secrets, overlap and requests go on", () => {
    const hashes = [requestHash("audit"), movedHash("why")];
    expect(movedRecord(recordTags(record), move)).toEqual({
      ...record,
      publishedOn: day("2026-03-04"),
      handledRequests: hashes,
    });
    expect(movedRecord(recordTags(record), { ...move, tenantId: record.tenantId.toUpperCase() })?.current).toBe("b");
  });

  it("is another one on the same day too, or the engine would not write an entry that it believes to be there", () => {
    const sameDay = movedRecord(recordTags(record), { ...move, today: record.publishedOn });
    expect(recordTags(sameDay ?? record)).not.toEqual(recordTags(record));
    expect(
      new Set(["why", "other"].flatMap((text) => [movedHash(text), rollbackHash(text), requestHash(text)])).size,
    ).toBe(6);
  });

  it("is none where the tags are no record of this deployment and tenant", () => {
    expect(movedRecord({}, move)).toBeUndefined();
    expect(movedRecord(recordTags(record), { ...move, deployment: guidOf("another") })).toBeUndefined();
    expect(movedRecord(recordTags(record), { ...move, tenantId: guidOf("another") })).toBeUndefined();
  });
});
