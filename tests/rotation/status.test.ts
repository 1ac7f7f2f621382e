import { addDays, type Day, day, daysBetween, firstInstant } from "../../model/day";
import { type PublishedRecord, type RecordedSlot, readRecord, recordTags } from "../../rotation/record";
import { dueOn } from "../../rotation/schedule";
import { keptPrevious, refreshTokenAge, type StatusFacts, statusFindings } from "../../rotation/status";
import { guidOf } from "../support/azure-answers";

const [current, previous] = [guidOf("current"), guidOf("previous")];
const record: PublishedRecord = {
  deployment: guidOf("deployment"),
  tenantId: guidOf("tenant"),
  current: "b",
  publishedOn: day("2026-03-01"),
  overlapEnds: day("2026-03-08"),
  dueOn: day("2026-05-25"),
  slots: {
    a: { generation: 1, keyId: previous, start: day("2025-12-01"), end: day("2026-05-30"), displayName: "x/y/1" },
    b: { generation: 2, keyId: current, start: day("2026-03-01"), end: day("2026-08-28"), displayName: "x/y/2" },
  },
  handledRequests: [],
};
const entry = (end: Day, isEnabled = true) => ({
  tags: { clientId: "client" },
  expiresOn: new Date(firstInstant(end)),
  isEnabled,
});
const credential = (keyId: string, end: string) => ({
  keyId,
  displayName: keyId === previous ? "x/y/1" : "x/y/2",
  endDateTime: firstInstant(day(end)),
});

const healthy: StatusFacts = {
  today: day("2026-03-04"),
  record,
  clientSecret: entry(day("2026-08-28")),
  refreshToken: undefined,
  live: {
    credentials: [credential(previous, "2026-05-30"), credential(current.toUpperCase(), "2026-08-28")],
    principal: { isEnabled: true },
    orphans: [],
  },
};
const codes = (changes: Partial<StatusFacts>): readonly string[] =>
  statusFindings({ ...healthy, ...changes }).map(({ code }) => code);
const live = (changes: Partial<NonNullable<StatusFacts["live"]>>) => ({
  live: { ...(healthy.live as NonNullable<StatusFacts["live"]>), ...changes },
});

describe("statusFindings", () => {
  it("finds nothing wrong with a healthy tenant, seen live or from its vault", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ live: undefined })).toEqual([]);
  });

  it("goes by the rule of today where it is known: a changed one moves the day", () => {
    const today = day("2026-06-08");
    const rule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: guidOf("tenant") };
    const overdue = (schedule: StatusFacts["schedule"]) =>
      statusFindings({ ...healthy, today, live: undefined, schedule }).map(({ sentence }) => sentence);
    const due = dueOn(record.slots.b as RecordedSlot, rule);
    const late = daysBetween(due, today);
    expect(overdue(undefined)).toEqual(["the rotation was due on 2026-05-25, 14 days ago"]);
    expect(overdue(rule)).toEqual(late >= 14 ? [`the rotation was due on ${due}, ${late} days ago`] : []);
    expect(overdue({ ...rule, everyDays: 100 })).toEqual([]);
    const often = { ...rule, everyDays: 60 };
    const sooner = dueOn(record.slots.b as RecordedSlot, often);
    expect(overdue(often)).toEqual([`the rotation was due on ${sooner}, ${daysBetween(sooner, today)} days ago`]);
    // Nothing rotates inside an overlap, however often it should.
    expect(overdue({ ...rule, everyDays: 2 })).toEqual(["the rotation was due on 2026-03-08, 92 days ago"]);
  });

  it.each([
    ["2026-06-07", []],
    ["2026-06-08", ["overdue"]],
    ["2026-07-28", ["overdue"]],
    ["2026-07-29", ["overdue", "near-expiry"]],
    ["2026-08-27", ["overdue", "near-expiry"]],
    ["2026-08-28", ["overdue", "expired"]],
  ])("on %s says %j", (today, expected) => {
    expect(codes({ today: day(today) })).toEqual(expected);
  });

  it.each([
    ["2026-03-16", []],
    ["2026-03-21", ["near-expiry"]],
  ])("takes the last third of a short life for its end: on %s says %j", (today, expected) => {
    const slot = {
      generation: 2,
      keyId: current,
      start: day("2026-03-01"),
      end: day("2026-03-31"),
      displayName: "x/y/2",
    };
    const short = { ...record, dueOn: day("2026-03-15"), slots: { b: slot } };
    const found = statusFindings({
      today: day(today),
      record: short,
      clientSecret: entry(slot.end),
      refreshToken: undefined,
    });
    expect(found.map(({ code }) => code)).toEqual(expected);
  });

  it("says that the latest version of the entry is disabled", () => {
    expect(codes({ clientSecret: entry(day("2026-08-28"), false) })).toEqual(["version-disabled"]);
  });

  it("finds a key id that the record writes in capitals", () => {
    const loud = { ...record.slots.b!, keyId: current.toUpperCase() };
    expect(
      codes({
        record: { ...record, slots: { ...record.slots, b: loud } },
        ...live({ credentials: [credential(previous, "2026-05-30"), credential(current, "2026-08-28")] }),
      }),
    ).toEqual([]);
  });

  it("keeps no previous secret on the day it ends", () => {
    const short = { ...record, slots: { ...record.slots, a: { ...record.slots.a!, end: day("2026-03-05") } } };
    expect(keptPrevious(short, day("2026-03-04"))?.keyId).toBe(previous);
    expect(keptPrevious(short, day("2026-03-05"))).toBeUndefined();
    expect(keptPrevious({ ...record, slots: { b: record.slots.b! } }, day("2026-03-04"))).toBeUndefined();
  });

  it("compares the vault's expiry with Entra's, and without Entra with the record's", () => {
    const off = { clientSecret: entry(day("2026-08-29")) };
    expect(codes(off)).toEqual(["expiry-differs"]);
    expect(codes({ ...off, live: undefined })).toEqual(["expiry-differs"]);
    const moved = { credentials: [credential(previous, "2026-05-30"), credential(current, "2026-08-29")] };
    // The vault is right about Entra's secret; the record is not.
    expect(codes({ ...off, ...live(moved) })).toEqual(["record-differs"]);
    expect(codes({ clientSecret: { ...entry(day("2026-08-28")), expiresOn: undefined } })).toEqual(["expiry-differs"]);
  });

  it("says what is missing in the tenant, the larger thing first", () => {
    expect(codes(live({ credentials: undefined, principal: undefined }))).toEqual(["application-missing"]);
    expect(statusFindings({ ...healthy, ...live({ principal: undefined }) })).toMatchObject([
      { code: "principal-missing", sentence: "application client has no service principal in the tenant" },
    ]);
    expect(codes(live({ principal: { isEnabled: false } }))).toEqual(["stopped"]);
    expect(codes(live({ credentials: [credential(previous, "2026-05-30")] }))).toEqual(["credential-missing"]);
    expect(codes(live({ orphans: [guidOf("o")] }))).toEqual(["orphan"]);
  });

  it("names what a record says otherwise than Entra of the same secret, with the command that puts it back", () => {
    const named = { ...credential(current, "2026-08-28"), displayName: "by hand" };
    const facts = { ...healthy, stack: "dev", ...live({ credentials: [credential(previous, "2026-05-31"), named] }) };
    expect(statusFindings(facts)).toEqual([
      {
        code: "record-differs",
        sentence:
          "the record of what is published was changed by hand: tag slotA says x/y/1, ends 2026-05-30, Entra says x/y/1, ends 2026-05-31",
        fix: "Publish this stack's own record again: npm run partner-access -- recover -s dev",
      },
      expect.objectContaining({ code: "record-differs", sentence: expect.stringContaining("tag slotB says x/y/2") }),
    ]);
  });

  it("ends each remedy of ours with its command for this stack, and says STACK where a vault names none", () => {
    const gone = { ...healthy, ...live({ credentials: [credential(previous, "2026-05-30")] }) };
    expect(statusFindings({ ...gone, stack: "con toso" })).toMatchObject([
      {
        fix: `Rotate now: npm run partner-access -- rotate -s 'con toso' --compromised '${current} removed in Entra'`,
      },
    ]);
    const stopped = { ...healthy, ...live({ principal: { isEnabled: false } }) };
    expect(statusFindings(stopped)).toMatchObject([
      { fix: "When the cause of the stop is resolved: npm run partner-access -- resume -s STACK" },
    ]);
  });

  it("misses the previous secret inside the overlap only", () => {
    const gone = live({ credentials: [credential(current, "2026-08-28")] });
    expect(codes({ ...gone, today: day("2026-03-07") })).toEqual(["previous-missing"]);
    expect(codes({ ...gone, today: day("2026-03-08") })).toEqual([]);
    expect(keptPrevious(record, day("2026-03-07"))?.keyId).toBe(previous);
    expect(keptPrevious(record, day("2026-03-08"))).toBeUndefined();
  });

  it("tells a placeholder from a refresh token that is old or undated", () => {
    const token = (obtainedAt: string | undefined, isEnabled = true) => ({
      refreshToken: { tags: obtainedAt === undefined ? {} : { obtainedAt }, expiresOn: undefined, isEnabled },
    });
    expect(codes(token(undefined, false))).toEqual([]);
    expect(codes(token(undefined))).toEqual(["refresh-token-undated"]);
    expect(codes(token("2026-01-03T23:59:59Z"))).toEqual([]);
    expect(statusFindings({ ...healthy, ...token("2026-01-02") })).toMatchObject([
      {
        code: "refresh-token-old",
        sentence: "the refresh token is 61 days old; unused, Entra forgets it after 90 days (2026-04-02)",
      },
    ]);
    expect(refreshTokenAge(token("2026-01-02").refreshToken, healthy.today)).toBe(61);
    expect(refreshTokenAge(token("2026-01-02", false).refreshToken, healthy.today)).toBeUndefined();
  });
});

describe("the due day in the record", () => {
  it("survives the tags, and a record without one is not read", () => {
    const tags = recordTags(record);
    expect(readRecord(tags).record).toEqual(record);
    expect(addDays(record.dueOn, 0)).toBe(tags["dueOn"]);
    const { dueOn: _left, ...rest } = tags as Record<string, string>;
    expect(readRecord(rest).problems).toEqual([{ tag: "dueOn", sentence: "must be a day (YYYY-MM-DD), got nothing" }]);
  });
});
