import { createWorld, HOUR } from "./memory-world";

describe("onWarning", () => {
  const warningsAt = async (today: string) => {
    const { world, source } = createWorld();
    world.now = Date.parse(`${today}T08:00:00Z`);
    await source.getToken();
    return world.warnings.map(({ code }) => code);
  };

  it("says from day 14 that the rotation is overdue, and from day 61 that the refresh token is old", async () => {
    expect(await warningsAt("2026-04-30")).toEqual([]);
    expect(await warningsAt("2026-05-01")).toEqual(["refresh-token-old"]);
    expect(await warningsAt("2026-06-02")).toEqual(["refresh-token-old"]);
    expect(await warningsAt("2026-06-03")).toEqual(["rotation-overdue", "refresh-token-old"]);
  });

  it("says the dates, what to do, and nothing secret", async () => {
    const { world, source } = createWorld();
    world.now = Date.parse("2026-06-03T08:00:00Z");
    await source.getToken();
    expect(world.warnings.map(({ sentence }) => sentence)).toEqual([
      "The client secret should have been rotated on 2026-05-20, 14 days ago: look at the schedule.",
      "The refresh token is 94 days old, and unused it ends on 2026-05-30: renew it with rotate, or sign in again.",
    ]);
  });

  it("says the same once a day, and is not allowed to break a token", async () => {
    const days: string[] = [];
    const { world, source } = createWorld({
      onWarning: ({ code }) => {
        days.push(code);
        throw new Error("the logger is broken");
      },
    });
    const first = Date.parse("2026-05-02T00:00:00Z");
    for (let hour = 0; hour < 48; hour += 1) {
      world.now = first + hour * HOUR;
      await source.getToken();
    }
    expect(days).toEqual(["refresh-token-old", "refresh-token-old"]);
  });

  it("says that a token has no date", async () => {
    const { world, source } = createWorld();
    world.entries.set("p-refresh-token", { value: "refresh 1", tags: {}, version: "r1" });
    await source.getToken();
    expect(world.warnings.map(({ code }) => code)).toEqual(["refresh-token-undated"]);
  });
});
