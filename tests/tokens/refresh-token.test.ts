import { createWorld, type Entry, HOUR, MINUTE } from "./memory-world";

describe("the refresh token", () => {
  it("goes on in memory, where Entra replaces it, and is never written", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.now += 58 * MINUTE;
    await source.getToken();
    expect(world.asked.map(({ refreshToken }) => refreshToken)).toEqual(["refresh 1", "refresh 2 of refresh 1"]);
    expect((world.entries.get("p-refresh-token") as Entry).value).toBe("refresh 1");
  });

  it("stays when Entra answers no newer one", async () => {
    const { world, source } = createWorld();
    world.replaces = false;
    await source.getToken();
    world.now += HOUR;
    await source.getToken();
    expect(world.asked.at(-1)?.refreshToken).toBe("refresh 1");
  });

  it("is taken from the vault again as soon as somebody signed in anew", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-refresh-token", "refresh of Monday", "r2");
    world.refreshTokens = new Set(["refresh of Monday"]);
    world.now += 58 * MINUTE;
    expect((await source.getToken()).token).toBe("token 2");
    expect(world.asked.map(({ refreshToken }) => refreshToken)).toEqual([
      "refresh 1",
      "refresh 2 of refresh 1",
      "refresh of Monday",
    ]);
  });

  it("of the vault is worth a try when the one in memory is refused", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.refreshTokens = new Set(["refresh 1"]);
    world.now += 58 * MINUTE;
    expect((await source.getToken()).token).toBe("token 2");
  });

  it("that is refused and still the same is not sent twice", async () => {
    const { world, source } = createWorld();
    world.refreshTokens.clear();
    await expect(source.getToken()).rejects.toMatchObject({ code: "AADSTS50173" });
    expect(world.asked).toHaveLength(1);
  });
});
