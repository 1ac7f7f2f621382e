import { day } from "../../model/day";
import { rebuiltRecord } from "../../rotation/rebuilt-record";
import { readRecord, recordTags } from "../../rotation/record";

const tenantId = "11111111-1111-4111-8111-111111111111";
const deployment = "0dd0f1ce-0000-4000-8000-000000000001";
const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId };
const today = day("2026-03-10");
const held = (generation: number, end: string) => ({
  ...{ displayName: `partner-access/dev/${generation}`, end: day(end) },
  keyId: `00000000-0000-4000-8000-00000000000${generation}`,
});

describe("a record made anew from the state", () => {
  it("takes the newest secret for the published one and keeps the other for a whole overlap", () => {
    const record = rebuiltRecord({ a: held(3, "2026-08-28"), b: held(2, "2026-06-01") }, deployment, schedule, today);
    expect(record).toMatchObject({
      ...{ deployment, tenantId, current: "a", publishedOn: today, overlapEnds: "2026-03-17", handledRequests: [] },
      slots: {
        a: { ...held(3, "2026-08-28"), generation: 3, start: "2026-03-01" },
        b: { ...held(2, "2026-06-01"), generation: 2, start: "2025-12-03" },
      },
    });
    expect(
      rebuiltRecord({ a: held(2, "2026-06-01"), b: held(3, "2026-08-28") }, deployment, schedule, today)?.current,
    ).toBe("b");
  });

  it("is due no earlier than its overlap ends, however old the secret is", () => {
    const old = rebuiltRecord({ a: held(1, "2026-03-12") }, deployment, schedule, today);
    expect(old?.dueOn).toBe("2026-03-17");
    const young = rebuiltRecord({ a: held(1, "2026-08-28") }, deployment, schedule, today);
    expect(String(young?.dueOn)).toMatch(/^2026-05-(2\d|30)$/);
  });

  it("reads back as it was written, so that the repair can publish it", () => {
    const record = rebuiltRecord({ a: held(3, "2026-08-28"), b: held(2, "2026-06-01") }, deployment, schedule, today);
    expect(record && readRecord(recordTags(record)).record).toEqual(record);
  });

  it("is none where the state holds no secret with our mark", () => {
    expect(rebuiltRecord({}, deployment, schedule, today)).toBeUndefined();
    const foreign = { ...held(1, "2026-08-28"), displayName: "made by hand" };
    expect(rebuiltRecord({ a: foreign }, deployment, schedule, today)).toBeUndefined();
    expect(rebuiltRecord({ a: foreign, b: held(2, "2026-08-28") }, deployment, schedule, today)).toMatchObject({
      current: "b",
    });
  });
});
