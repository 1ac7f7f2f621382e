import { addDays, type Day, day, firstInstant } from "../../model/day";
import { type CredentialFacts, judgeCredentials, retirableOrphans } from "../../rotation/credentials";
import { markOf } from "../../rotation/mark";
import type { PublishedRecord, RecordedSlot } from "../../rotation/record";
import { guidOf } from "../support/azure-answers";

const slot = (generation: number, start: string, origin = "dev"): RecordedSlot => ({
  generation,
  keyId: guidOf(`generation ${generation}`),
  start: day(start),
  end: addDays(day(start), 180),
  displayName: markOf(origin, generation),
});

function record(current: "a" | "b", publishedOn: string, slots: PublishedRecord["slots"]): PublishedRecord {
  const on = day(publishedOn);
  return {
    deployment: guidOf("deployment"),
    tenantId: guidOf("tenant"),
    current,
    publishedOn: on,
    overlapEnds: addDays(on, 7),
    dueOn: addDays(on, 85),
    slots,
    handledRequests: [],
  };
}

const first = record("a", "2026-01-01", { a: slot(1, "2026-01-01") });
const second = record("b", "2026-04-01", { a: slot(1, "2026-01-01"), b: slot(2, "2026-04-01") });
/** Compromised: the previous slot was emptied in the same run. */
const third = record("a", "2026-04-03", { a: slot(3, "2026-04-01") });

function facts(overrides: Partial<CredentialFacts> & { readonly names: readonly [string, string | null][] }) {
  const { names, ...rest } = overrides;
  return {
    credentials: names.map(([name, displayName]) => ({
      keyId: guidOf(name),
      displayName,
      endDateTime: firstInstant(day("2026-12-01")),
    })),
    record: second,
    versions: [first, second].map((it) => ({ reading: { record: it } })),
    stack: "dev",
    today: day("2026-04-20"),
    ...rest,
  };
}

const kindOf = (displayName: string | null, overrides: Partial<CredentialFacts> = {}) =>
  judgeCredentials(facts({ names: [["x", displayName]], ...overrides }))[0]!.kind;
const removableOn = (name: string, overrides: Partial<CredentialFacts> = {}): Day | undefined =>
  judgeCredentials(facts({ names: [[name, "partner-access/dev/1"]], ...overrides }))[0]!.removableOn;

describe("judgeCredentials", () => {
  it("takes each generation that follows a living one of ours for ours: an emergency leaves none out", () => {
    const kinds = (...generations: number[]) =>
      judgeCredentials(
        facts({ names: generations.map((number) => [`unrecorded ${number}`, markOf("dev", number)] as const) }),
      ).map(({ kind }) => kind);
    expect(kinds(3, 4, 5)).toEqual(["orphan", "orphan", "orphan"]);
    expect(kinds(3, 5)).toEqual(["orphan", "foreign"]);
    expect(kinds(4)).toEqual(["foreign"]);
  });

  it("knows the recorded ones by key id, whatever they are called", () => {
    const judged = judgeCredentials(
      facts({
        names: [
          ["generation 1", "renamed"],
          ["generation 2", null],
        ],
      }),
    );
    expect(judged.map(({ kind }) => kind)).toEqual(["previous", "current"]);
  });

  it("knows a key id in capitals, as every reader may write it", () => {
    const shouted = { ...slot(2, "2026-04-01"), keyId: guidOf("generation 2").toUpperCase() };
    const live = facts({ names: [["generation 2", null]] });
    const loud = live.credentials.map((credential) => ({ ...credential, keyId: credential.keyId.toUpperCase() }));
    expect(judgeCredentials({ ...live, credentials: loud })[0]).toMatchObject({ kind: "current", isPublished: true });
    const loudRecord = record("b", "2026-04-01", { a: slot(1, "2026-01-01"), b: shouted });
    expect(judgeCredentials({ ...live, record: loudRecord })[0]).toMatchObject({ kind: "current", isPublished: true });
    const minted = facts({ names: [["minted", "partner-access/dev/3"]], stateKeyIds: [guidOf("minted")] });
    const loudMinted = minted.credentials.map((one) => ({ ...one, keyId: one.keyId.toUpperCase() }));
    expect(judgeCredentials({ ...minted, credentials: loudMinted })[0]?.removableOn).toBeUndefined();
  });

  it("takes a previous one that no state knows for left behind, once its overlap has passed and the state was asked", () => {
    const previous = (overrides: Partial<CredentialFacts>) => {
      const [judged] = judgeCredentials(facts({ names: [["generation 1", null]], ...overrides }));
      expect(judged?.isPublished).toBe(true);
      return [judged?.kind, judged?.removableOn];
    };
    expect(previous({ stateKeyIds: [] })).toEqual(["orphan", day("2026-04-08")]);
    expect(previous({ stateKeyIds: [], today: day("2026-04-08") })).toEqual(["orphan", day("2026-04-08")]);
    expect(previous({ stateKeyIds: [guidOf("generation 1")] })).toEqual(["previous", undefined]);
    expect(previous({ stateKeyIds: [], today: day("2026-04-07") })).toEqual(["previous", undefined]);
    expect(previous({})).toEqual(["previous", undefined]);
    const [current] = judgeCredentials(facts({ names: [["generation 2", null]], stateKeyIds: [] }));
    expect(current?.kind).toBe("current");
  });

  it.each([["partner-access/dev/1"], ["partner-access/dev/3"]])(
    "takes %s for ours, because a run of this deployment can have minted it",
    (name) => {
      expect(kindOf(name)).toBe("orphan");
    },
  );

  it.each([
    [null],
    [""],
    ["made by hand"],
    ["partner-access/dev"],
    ["partner-access/dev/"],
    ["partner-access/dev/0"],
    ["partner-access/dev/01"],
    ["partner-access/dev/2 "],
    ["Partner-Access/dev/2"],
    ["partner-access/prod/2"],
    ["partner-access/dev/2/3"],
    ["partner-access/dev/4"],
    ["partner-access/dev/1e0"],
    ["x partner-access/dev/2"],
  ])("takes %j for somebody else's", (name) => {
    expect(kindOf(name)).toBe("foreign");
  });

  it("goes by the origin in the record after the stack was renamed", () => {
    expect(kindOf("partner-access/dev/3", { stack: "renamed" })).toBe("orphan");
    expect(kindOf("partner-access/renamed/3", { stack: "renamed" })).toBe("foreign");
  });

  it("knows the first secret of a run that was killed before it published anything", () => {
    const none = { record: undefined, versions: [] };
    expect(kindOf("partner-access/dev/1", none)).toBe("orphan");
    expect(kindOf("partner-access/dev/2", none)).toBe("foreign");
    expect(kindOf("partner-access/prod/1", none)).toBe("foreign");
  });

  it("knows long names, which are shortened differently for generations 9 and 10", () => {
    const stack = "a".repeat(110);
    const ninth = record("a", "2026-01-01", { a: slot(9, "2026-01-01", stack) });
    const overrides = { record: ninth, versions: [{ reading: { record: ninth } }], stack };
    expect(kindOf(markOf(stack, 10), overrides)).toBe("orphan");
    expect(kindOf(markOf("b".repeat(110), 10), overrides)).toBe("foreign");
  });

  it("lets an orphan that was never published go at once", () => {
    expect(removableOn("never published")).toBe("2026-04-20");
  });

  it("keeps an orphan that was published until the overlap of its replacement has passed", () => {
    const overrides = { record: third, versions: [first, second, third].map((it) => ({ reading: { record: it } })) };
    // Generation 2 was replaced on 3 April, and no later record names it.
    expect(removableOn("generation 2", overrides)).toBe("2026-04-10");
    expect(removableOn("generation 1", overrides)).toBe("2026-04-08");
  });

  it("counts from the version that replaced it, not from later ones that still name it", () => {
    const again = record("b", "2026-04-02", second.slots);
    const versions = [first, second, again, third].map((it) => ({ reading: { record: it } }));
    expect(removableOn("generation 1", { record: third, versions })).toBe("2026-04-08");
  });

  it("goes by the last version that names it as the previous one, where none that published it is left", () => {
    const damaged = { reading: { problems: [{ tag: "current", sentence: "is damaged" }] } };
    const versions = [damaged, { reading: { record: second } }, { reading: { record: third } }];
    expect(removableOn("generation 1", { record: third, versions })).toBe("2026-04-08");
  });

  it("knows the origins of every version, not only of the last", () => {
    const moved = record("a", "2026-04-03", { a: slot(3, "2026-04-01", "moved") });
    const versions = [first, moved].map((it) => ({ reading: { record: it } }));
    expect(kindOf("partner-access/dev/2", { record: moved, versions, stack: "moved" })).toBe("orphan");
  });

  it("keeps what it cannot judge: a version with damaged tags may have named it", () => {
    const damaged = { reading: { problems: [{ tag: "current", sentence: "is damaged" }] } };
    expect(removableOn("never published", { versions: [{ reading: { record: second } }, damaged] })).toBeUndefined();
    const afterwards = [{ reading: { record: first } }, damaged, { reading: { record: third } }];
    expect(removableOn("generation 1", { record: third, versions: afterwards })).toBeUndefined();
  });

  it("leaves what the state knows to the engine", () => {
    const [judged] = judgeCredentials(
      facts({ names: [["minted", "partner-access/dev/3"]], stateKeyIds: [guidOf("minted").toUpperCase()] }),
    );
    expect(judged).toMatchObject({ kind: "orphan", removableOn: undefined });
  });
});

describe("retirableOrphans", () => {
  it("never names another kind, nor a day that is still to come", () => {
    const judged = judgeCredentials(
      facts({
        names: [
          ["generation 1", null],
          ["generation 2", null],
          ["x", "by hand"],
          ["y", "partner-access/dev/3"],
        ],
        record: third,
        versions: [first, second, third].map((it) => ({ reading: { record: it } })),
        today: day("2026-04-09"),
      }),
    );
    expect(retirableOrphans(judged, day("2026-04-09")).map(({ keyId }) => keyId)).toEqual([
      guidOf("generation 1"),
      guidOf("y"),
    ]);
    expect(retirableOrphans(judged, day("2026-04-10"))).toHaveLength(3);
  });
});
