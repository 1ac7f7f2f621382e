import type { Refusal } from "../../tokens/explain";
import type { Reading } from "../../tokens/published";
import { TokenError } from "../../tokens/token-error";
import { createTokens, type Redeem, type TokenSourceParts } from "../../tokens/token-source";
import type { TokenWarning } from "../../tokens/warnings";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const start = Date.parse("2026-03-01T08:00:00Z");

interface Entry {
  value: string;
  tags: Record<string, string>;
  version: string;
}

const refusal = (oauthError: string, ...numbers: number[]): Refusal => ({
  status: oauthError === "invalid_client" ? 401 : 400,
  oauthError,
  numbers,
  failure: undefined,
  correlationId: undefined,
  isTemporary: false,
});
const down: Refusal = { ...refusal("server_error"), status: 503, oauthError: undefined, isTemporary: true };

/** A vault and an Entra in memory: secrets and refresh tokens that Entra accepts, and everything it was asked. */
function createWorld(changes: Partial<TokenSourceParts> = {}) {
  const world = {
    now: start,
    entries: new Map<string, Entry | Reading>([
      [
        "p-client-secret",
        { value: "secret 1", tags: { tenantId: "tenant", clientId: "client", dueOn: "2026-05-20" }, version: "s1" },
      ],
      ["p-refresh-token", { value: "refresh 1", tags: { obtainedAt: "2026-03-01T07:00:00Z" }, version: "r1" }],
    ]),
    secrets: new Set(["secret 1"]),
    refreshTokens: new Set(["refresh 1"]),
    reads: [] as string[],
    asked: [] as { kind: string; secret: string; refreshToken?: string }[],
    refused: 0,
    lifeSeconds: 3599,
    next: undefined as Refusal | undefined,
    replaces: true,
    warnings: [] as TokenWarning[],
    put(name: string, value: string, version: string, tags: Record<string, string> = {}) {
      const before = world.entries.get(name) as Entry;
      world.entries.set(name, { value, version, tags: { ...before?.tags, ...tags } });
    },
  };
  const read = async (name: string): Promise<Reading> => {
    world.reads.push(name);
    const entry = world.entries.get(name);
    if (entry === undefined) return { kind: "missing" };
    return "kind" in entry ? entry : { kind: "found", ...entry };
  };
  let issued = 0;
  const redeem: Redeem = async ({ secret }, grant) => {
    const { kind } = grant;
    const refreshToken = kind === "refresh-token" ? grant.refreshToken : undefined;
    world.asked.push({ kind, secret, ...(refreshToken !== undefined && { refreshToken }) });
    const refused = refusalOf(secret, refreshToken);
    if (refused !== undefined) {
      world.refused += 1;
      return { refused };
    }
    issued += 1;
    const newer = `refresh ${issued + 1} of ${refreshToken}`;
    if (refreshToken !== undefined) world.refreshTokens.add(newer);
    return {
      issued: {
        accessToken: `token ${issued}`,
        expiresInSeconds: world.lifeSeconds,
        refreshToken: refreshToken !== undefined && world.replaces ? newer : undefined,
      },
    };
  };
  const refusalOf = (secret: string, refreshToken: string | undefined): Refusal | undefined => {
    if (world.next !== undefined) return world.next;
    if (!world.secrets.has(secret)) return refusal("invalid_client", 7000215);
    if (refreshToken !== undefined && !world.refreshTokens.has(refreshToken)) return refusal("invalid_grant", 50173);
    return undefined;
  };
  const source = createTokens({
    read,
    redeem,
    prefix: "p-",
    resource: "https://api.partnercenter.microsoft.com",
    now: () => world.now,
    limits: { mostDaysOverdue: 14, oldestRefreshTokenDays: 60 },
    onWarning: (warning) => world.warnings.push(warning),
    ...changes,
  });
  return { world, source };
}

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

  it("does not keep serving a token when the user was revoked", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.next = refusal("invalid_grant", 50173);
    world.now = start + 3599_000 - MINUTE;
    await expect(source.getToken()).rejects.toMatchObject({ code: "AADSTS50173" });
  });
});

describe("a rotated client secret", () => {
  it.each([7000215, 7000222])("is read again once and tried once after AADSTS%d", async (number) => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets = new Set(["secret 2"]);
    world.now += 58 * MINUTE;
    const reads = world.reads.length;
    expect((await source.getToken()).token).toBe("token 2");
    expect(world.reads.length - reads).toBe(2);
    expect(world.asked.map(({ secret }) => secret)).toEqual(["secret 1", "secret 1", "secret 2"]);

    world.next = refusal("invalid_client", number);
    world.now += HOUR;
    const asked = world.asked.length;
    await expect(source.getToken()).rejects.toMatchObject({ code: `AADSTS${number}` });
    expect(world.asked.length - asked).toBe(2);
  });

  it("is read again for a number nobody knows under OAuth's word for a wrong secret", async () => {
    const { world, source } = createWorld();
    world.next = refusal("invalid_client", 7999999);
    await expect(source.getToken()).rejects.toMatchObject({ code: "AADSTS7999999" });
    expect(world.asked).toHaveLength(2);
  });

  it("is not read again for a client that was stopped or sends a secret as a public one", async () => {
    for (const number of [7000112, 700025]) {
      const { world, source } = createWorld();
      world.next = refusal("invalid_client", number);
      await expect(source.getToken()).rejects.toBeInstanceOf(TokenError);
      expect(world.asked).toHaveLength(1);
    }
  });

  it("is seen within the hour without any refusal", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets.add("secret 2");
    world.now += HOUR;
    await source.getToken();
    expect(world.asked.at(-1)?.secret).toBe("secret 2");
    expect(world.refused).toBe(0);
  });

  it("does not lose the newer refresh token in memory", async () => {
    const { world, source } = createWorld();
    await source.getToken();
    world.put("p-client-secret", "secret 2", "s2");
    world.secrets = new Set(["secret 2"]);
    world.now += 58 * MINUTE;
    await source.getToken();
    expect(world.asked.at(-1)).toEqual({
      kind: "refresh-token",
      secret: "secret 2",
      refreshToken: "refresh 2 of refresh 1",
    });
  });
});

describe("a consumer for a year", () => {
  // Every minute would be 525,600 steps per way of rotating; asked is every minute, the cache answers nearly all.
  it.each([
    ["with an overlap", 2 * DAY],
    ["with every previous secret removed at once", 0],
  ])(
    "fails never through 100 rotations %s",
    async (_name, overlap) => {
      const { world, source } = createWorld();
      const retire: { secret: string; at: number }[] = [];
      const every = Math.floor((365 * DAY) / 100);
      let current = "secret 1";
      let [generation, asked, failed] = [1, 0, 0];
      for (let passed = 0; passed < 365 * DAY; passed += MINUTE) {
        world.now = start + passed;
        if (generation <= 100 && passed >= generation * every - HOUR) {
          generation += 1;
          retire.push({ secret: current, at: world.now + overlap });
          current = `secret ${generation}`;
          world.secrets.add(current);
          world.put("p-client-secret", current, `s${generation}`, { dueOn: "2027-12-31" });
        }
        while (retire[0] !== undefined && retire[0].at <= world.now) world.secrets.delete(retire.shift()?.secret ?? "");
        asked += 1;
        await source.getToken().catch(() => {
          failed += 1;
        });
      }
      expect({ asked, failed, rotations: generation - 1 }).toEqual({ asked: 525_600, failed: 0, rotations: 100 });
      // With an overlap not even Entra refuses anything: the hourly look sees the new secret first.
      if (overlap > 0) expect(world.refused).toBe(0);
      else expect(world.refused).toBeGreaterThan(0);
      expect(world.refused).toBeLessThanOrEqual(100);
    },
    60_000,
  );
});

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
