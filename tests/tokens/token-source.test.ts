import type { Reading } from "../../tokens/published";
import { createWorld, down, HOUR, MINUTE, refusal, start } from "./memory-world";

describe("getToken", () => {
  it("gives the same token until five minutes before its end", async () => {
    const { world, source } = createWorld();
    expect(await source.getToken()).toEqual({
      token: "token 1",
      expiresAt: new Date(start + 3599_000),
      flow: "refresh-token",
    });
    world.now = start + 3599_000 - 5 * MINUTE - 1;
    expect((await source.getToken()).token).toBe("token 1");
    world.now += 1;
    expect((await source.getToken()).token).toBe("token 2");
    expect(world.asked).toHaveLength(2);
  });

  it("makes one request for a thousand who ask at once, and gives all the same token", async () => {
    const { world, source } = createWorld();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()));
    expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(["token 1"]));
    expect(world.asked).toHaveLength(1);
    expect(world.reads).toHaveLength(2);
  });

  it("lets all who wait know of a failure, and asks anew afterwards", async () => {
    const { world, source } = createWorld();
    world.next = refusal("invalid_grant", 50173);
    const failures = await Promise.allSettled([source.getToken(), source.getToken()]);
    expect(failures.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(world.asked).toHaveLength(1);
    world.next = undefined;
    expect((await source.getToken()).token).toBe("token 1");
  });

  it("never asks in a loop for tokens that live shorter than the margin", async () => {
    const { world, source } = createWorld();
    world.lifeSeconds = 240;
    await source.getToken();
    world.now += 119_000;
    await source.getToken();
    expect(world.asked).toHaveLength(1);
  });

  it("keeps serving a token in its last minutes while Entra is down, and not a second longer", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.next = down;
    world.now = start + 3599_000 - 1;
    expect((await source.getToken()).token).toBe("token 1");
    world.now += 1;
    await expect(source.getToken()).rejects.toMatchObject({ code: "status 503", isTemporary: true });
  });

  it.each([
    ["set back to before the token", -2 * HOUR, 30 * MINUTE],
    ["set back while nobody asked", 12 * MINUTE, 132 * MINUTE],
  ])("serves no dead token that came while the clock was ahead: %s", async (_, wall, steady) => {
    let passed = 0;
    const { world, source } = createWorld({ steady: () => passed });
    await source.getToken();
    world.now = start + wall;
    passed = steady;
    expect((await source.getToken()).token).toBe("token 2");
  });

  it("asks once in the ten minutes that Entra wants to be left alone, and then again", async () => {
    const { world, source } = createWorld();
    world.next = { ...down, status: 429, retryAfterSeconds: 600 };
    for (let call = 0; call < 100; call += 1) {
      await expect(source.getToken()).rejects.toMatchObject({ code: "status 429", retryAfterSeconds: 600 });
      world.now += 5000;
    }
    expect(world.asked).toHaveLength(1);
    world.next = undefined;
    world.now = start + 600_000;
    expect((await source.getToken()).token).toBe("token 1");
  });

  it("does not keep serving a token when the user was revoked", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.next = refusal("invalid_grant", 50173);
    world.now = start + 3599_000 - MINUTE;
    await expect(source.getToken()).rejects.toMatchObject({ code: "AADSTS50173" });
  });
});

describe("the flow", () => {
  it("is the refresh token's where there is one, and app-only where there is no place for one", async () => {
    const { world, source } = createWorld();
    world.entries.delete("p-refresh-token");
    expect((await source.getToken()).flow).toBe("app-only");
  });

  it("is not app-only by accident where nobody has signed in yet, or this identity may not read the sign-in", async () => {
    const unsigned = createWorld();
    unsigned.world.entries.set("p-refresh-token", { kind: "disabled" });
    await expect(unsigned.source.getToken()).rejects.toMatchObject({ code: "not-signed-in" });
    const forbidden = createWorld();
    forbidden.world.entries.set("p-refresh-token", {
      kind: "failed",
      status: 403,
      code: "Forbidden",
      isTemporary: false,
    });
    await expect(forbidden.source.getToken()).rejects.toMatchObject({
      code: "vault-forbidden",
      nextStep: expect.stringContaining("vault.refreshTokenReaders"),
    });
  });

  it("app-only reads no refresh token, so it needs no right to", async () => {
    const { world, source } = createWorld({ flow: "app-only" });
    await source.getToken();
    expect(world.reads).toEqual(["p-client-secret"]);
    expect(world.asked).toEqual([{ kind: "app-only", secret: "secret 1" }]);
  });

  it("password asks for the password with each request and keeps none", async () => {
    let asked = 0;
    const password = async () => `password ${++asked}`;
    const { world, source } = createWorld({
      flow: "password",
      user: { userName: "reports@contoso.example", password },
    });
    await source.getToken();
    world.now += HOUR;
    await source.getToken();
    expect(asked).toBe(2);
    expect(world.reads).toEqual(["p-client-secret", "p-client-secret"]);
  });

  it("refresh-token fails where the vault has no place for one", async () => {
    const { world, source } = createWorld({ flow: "refresh-token" });
    world.entries.delete("p-refresh-token");
    await expect(source.getToken()).rejects.toMatchObject({ code: "no-sign-in" });
  });
});

describe("the vault", () => {
  it.each<[string, Reading, string, boolean]>([
    ["has no such entry", { kind: "missing" }, "no-entry", false],
    ["has a disabled one", { kind: "disabled" }, "entry-disabled", false],
    ["refuses", { kind: "failed", status: 403, code: "Forbidden", isTemporary: false }, "vault-forbidden", false],
    ["is down", { kind: "failed", status: 503, code: undefined, isTemporary: true }, "vault-unreachable", true],
    [
      "has no such name",
      { kind: "failed", status: undefined, code: "ENOTFOUND", isTemporary: true },
      "vault-unreachable",
      true,
    ],
    ["has an entry without tags", { kind: "found", value: "v", tags: {}, version: "1" }, "unreadable-entry", false],
  ])("that %s is said so", async (_name, reading, code, isTemporary) => {
    const { world, source } = createWorld();
    world.entries.set("p-client-secret", reading);
    await expect(source.getToken()).rejects.toMatchObject({ name: "TokenError", code, isTemporary });
    expect(world.asked).toHaveLength(0);
  });

  it("that is down for a while does not end what was read before", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.entries.set("p-client-secret", { kind: "failed", status: 503, code: undefined, isTemporary: true });
    world.now += 2 * HOUR;
    expect((await source.getToken()).token).toBe("token 2");
    expect(world.warnings.map(({ code }) => code)).toEqual(["vault-unread"]);
  });

  it("that refuses suddenly ends it: access was taken away on purpose", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.entries.set("p-client-secret", { kind: "failed", status: 403, code: undefined, isTemporary: false });
    world.now += 2 * HOUR;
    await expect(source.getToken()).rejects.toMatchObject({ code: "vault-forbidden" });
  });
});
