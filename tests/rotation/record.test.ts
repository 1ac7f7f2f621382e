import fc from "fast-check";
import { addDays, day } from "../../model/day";
import { markOf } from "../../rotation/mark";
import { type PublishedRecord, readRecord, recordTags } from "../../rotation/record";
import { requestHash } from "../../rotation/requests";
import { guidOf } from "../support/azure-answers";

const record: PublishedRecord = {
  deployment: guidOf("deployment"),
  tenantId: guidOf("tenant"),
  current: "b",
  publishedOn: day("2026-03-08"),
  overlapEnds: day("2026-03-15"),
  dueOn: day("2026-06-06"),
  slots: {
    a: {
      generation: 1,
      keyId: guidOf("a"),
      start: day("2025-12-08"),
      end: day("2026-06-06"),
      displayName: "partner-access/dev/1",
    },
    b: {
      generation: 2,
      keyId: guidOf("b"),
      start: day("2026-03-08"),
      end: day("2026-09-04"),
      displayName: "partner-access/dev/2",
    },
  },
  handledRequests: [requestHash("one"), requestHash("two")],
};

describe("the record in an entry's tags", () => {
  it("is readable for people", () => {
    expect(recordTags(record)).toEqual({
      record: expect.stringMatching(/^1 [0-9a-f]{16}$/),
      deployment: guidOf("deployment"),
      tenantId: guidOf("tenant"),
      current: "b",
      publishedOn: "2026-03-08",
      overlapEnds: "2026-03-15",
      dueOn: "2026-06-06",
      slotA: `{"generation":1,"keyId":"${guidOf("a")}","start":"2025-12-08","end":"2026-06-06","displayName":"partner-access/dev/1"}`,
      slotB: `{"generation":2,"keyId":"${guidOf("b")}","start":"2026-03-08","end":"2026-09-04","displayName":"partner-access/dev/2"}`,
      handledRequests: `${requestHash("one")} ${requestHash("two")}`,
    });
  });

  it("reads back as it was written, and always fits: 15 tags, 256 characters, with three tags of others beside it", () => {
    const days = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays(day("1990-01-01"), days));
    const slot = fc
      .record({
        generation: fc.integer({ min: 1, max: 99_999 }),
        keyId: fc.uuid(),
        start: days,
        end: days,
        origin: fc.stringMatching(/^[A-Za-z0-9._-]{1,100}$/),
      })
      .map(({ origin, ...rest }) => ({ ...rest, displayName: markOf(origin, rest.generation) }));
    const records = fc
      .record({
        deployment: fc.uuid(),
        tenantId: fc.uuid(),
        current: fc.constantFrom<"a" | "b">("a", "b"),
        publishedOn: days,
        overlapEnds: days,
        dueOn: days,
        slots: fc.oneof(fc.record({ a: slot, b: slot }), slot),
        handledRequests: fc.array(fc.string().map(requestHash), { maxLength: 20 }),
      })
      .map(
        ({ slots, ...rest }) =>
          ({ ...rest, slots: "a" in slots ? slots : { [rest.current]: slots } }) as PublishedRecord,
      );
    fc.assert(
      fc.property(records, (one) => {
        const tags = recordTags(one);
        expect(Object.keys(tags).length + 2).toBeLessThanOrEqual(15);
        expect(Math.max(...Object.values(tags).map((value) => value.length))).toBeLessThanOrEqual(256);
        expect(readRecord(tags)).toEqual({ record: one });
      }),
      { numRuns: 1000 },
    );
  });

  it("ignores tags of others", () => {
    expect(readRecord({ ...recordTags(record), clientId: "x", costCentre: "42" })).toEqual({ record });
  });

  it.each([
    ["record", undefined, 'must be "1" and a checksum, the layout this version writes, got nothing'],
    ["record", "1", 'must be "1" and a checksum, the layout this version writes, got "1"'],
    ["record", "2", 'must be "1" and a checksum, the layout this version writes, got "2"'],
    ["deployment", "x", 'must be a deployment id, got "x"'],
    ["tenantId", undefined, "must be a tenant id, got nothing"],
    ["current", "c", 'must be "a" or "b", got "c"'],
    ["publishedOn", "2026-02-30", 'must be a day (YYYY-MM-DD), got "2026-02-30"'],
    ["overlapEnds", "soon", 'must be a day (YYYY-MM-DD), got "soon"'],
    ["dueOn", undefined, "must be a day (YYYY-MM-DD), got nothing"],
    ["handledRequests", "yes no", 'must be hashes of ten hex digits, separated by blanks, got "yes no"'],
    ["slotA", "{}", 'must be a slot (generation, keyId, start, end, displayName), got "{}"'],
    ["slotA", "{", 'must be a slot (generation, keyId, start, end, displayName), got "{"'],
    ["slotA", "null", 'must be a slot (generation, keyId, start, end, displayName), got "null"'],
  ])("says what is wrong when the tag %s is %j", (tag, value, sentence) => {
    const { [tag]: _gone, ...tags } = recordTags(record) as Record<string, string>;
    expect(readRecord(value === undefined ? tags : { ...tags, [tag]: value })).toEqual({
      problems: [{ tag, sentence }],
    });
  });

  it.each([
    ["current", "a"],
    ["publishedOn", "2026-03-09"],
    ["overlapEnds", "2026-03-14"],
    ["dueOn", "2026-06-07"],
    ["deployment", guidOf("another")],
    ["tenantId", guidOf("another")],
    ["slotA", undefined],
    [
      "slotA",
      `{"generation":1,"keyId":"${guidOf("a")}","start":"2025-12-08","end":"2026-06-07","displayName":"partner-access/dev/1"}`,
    ],
    ["slotA", recordTags(record)["slotB"]],
    ["handledRequests", undefined],
    ["handledRequests", requestHash("one")],
    ["record", "1 0123456789abcdef"],
  ])("notices that the tag %s was edited by hand to %j, which reads as a record", (tag, value) => {
    const { [tag]: _gone, ...tags } = recordTags(record) as Record<string, string>;
    expect(readRecord(value === undefined ? tags : { ...tags, [tag]: value })).toEqual({
      problems: [{ tag: "record", sentence: expect.stringContaining("changed, removed or added by hand") }],
    });
  });

  it.each([
    ["generation", 0],
    ["generation", 1.5],
    ["generation", "2"],
    ["keyId", "x"],
    ["keyId", 7],
    ["displayName", 7],
    ["start", "soon"],
    ["start", 20_260_308],
    ["end", "2026-02-30"],
    ["end", undefined],
  ])("takes no slot whose %s is %j", (field, value) => {
    const tags = recordTags({ ...record, slots: { b: { ...record.slots.b!, [field]: value } } });
    expect(readRecord(tags).problems?.map(({ tag }) => tag)).toContain("slotB");
  });

  it("takes no list of requests in which one is none", () => {
    const handledRequests = `${requestHash("one")} no`;
    expect(readRecord({ ...recordTags(record), handledRequests }).problems).toHaveLength(1);
  });

  it("is not written where it would not fit", () => {
    const requests = (count: number) => Array.from({ length: count }, (_, index) => requestHash(`${index}`));
    expect(() => recordTags({ ...record, handledRequests: requests(23) })).not.toThrow();
    expect(() => recordTags({ ...record, handledRequests: requests(24) })).toThrow(
      "tag handledRequests may hold 256 characters, got 263",
    );
    expect(recordTags({ ...record, handledRequests: [] })).not.toHaveProperty("handledRequests");
  });

  it("refuses a current slot that is empty", () => {
    const { slotB, ...tags } = recordTags(record) as Record<string, string>;
    expect(slotB).toBeDefined();
    expect(readRecord(tags).problems).toEqual([
      { tag: "current", sentence: 'must be a slot that is occupied, got "b"' },
    ]);
  });

  it("reports every damaged tag at once, and never throws on any tags", () => {
    expect(readRecord({}).problems?.map(({ tag }) => tag)).toEqual([
      "record",
      "current",
      "deployment",
      "tenantId",
      "publishedOn",
      "overlapEnds",
      "dueOn",
    ]);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(recordTags(record))), fc.string()), (tags) => {
        readRecord({ ...recordTags(record), ...tags });
      }),
      { numRuns: 1000 },
    );
  });
});
