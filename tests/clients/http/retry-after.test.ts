import type { TokenCredential } from "@azure/identity";
import { openIdTenant } from "../../../clients/entra/clouds";
import { createLooker } from "../../../clients/entra/looker";
import { createTokenEndpoint } from "../../../clients/entra/token-endpoint";
import { readAppPolicies } from "../../../clients/graph/app-policies";
import { retryAfterSeconds } from "../../../clients/http/retry-after";
import { createResourceManager } from "../../../clients/resource-manager/role-assignments";
import { explainRefusal } from "../../../tokens/explain";

const now = new Date("1994-11-06T08:49:00Z");
const header = (value?: string) => new Headers(value === undefined ? {} : { "retry-after": value });

describe("a wait that a service states", () => {
  it.each([
    ["0", 0],
    [" 120 ", 120],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 37],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 37],
    ["Sun Nov  6 08:49:37 1994", 37],
    ["Sun, 06 Nov 1994 08:48:00 GMT", 0],
  ])("is read from %j", (value, seconds) => {
    expect(retryAfterSeconds(header(value), now)).toBe(seconds);
  });

  it("counts a begun second as a whole one", () => {
    const almost = new Date(now.getTime() + 1);
    expect(retryAfterSeconds(header("Sun, 06 Nov 1994 08:49:02 GMT"), almost)).toBe(2);
  });

  it.each([undefined, "", "-5", "1.5", "soon", "1994-11-06T08:49:37Z", "Sun, no date 99"])("is not %j", (value) => {
    expect(retryAfterSeconds(header(value), now)).toBeUndefined();
  });
});

/** A service that answers 429 with a stated wait, and is well afterwards; the clock jumps where somebody sleeps. */
function throttled(wait: string, body: object) {
  const slept: number[] = [];
  let calls = 0;
  const fetcher = (async () => {
    calls += 1;
    return calls === 1
      ? Response.json({}, { status: 429, headers: { "retry-after": wait } })
      : Response.json(body, { status: 200 });
  }) as typeof fetch;
  const time = {
    now: () => slept.reduce((sum, one) => sum + one, 0),
    sleep: async (milliseconds: number) => void slept.push(milliseconds),
  };
  return { outside: { fetch: fetcher, time }, slept, calls: () => calls };
}

type Throttled = ReturnType<typeof throttled>["outside"];
const credential: TokenCredential = { getToken: async () => ({ token: "t", expiresOnTimestamp: 0 }) };
const client = { authority: "https://login.example", tenantId: "t", clientId: "c", secret: "s" };
const ask = (outside: Throttled) => createTokenEndpoint(outside)(client, { kind: "app-only", scope: "s" });
const look = (outside: Throttled) =>
  createLooker({ service: "X", endpoint: "https://x.example", resource: "r", credential, ...outside })("/a");
const readers: readonly [string, object, (outside: Throttled) => Promise<unknown>][] = [
  [
    "Azure Resource Manager",
    { properties: {} },
    (outside) => createResourceManager({ endpoint: "https://arm.example", credential, ...outside }).vault("/v"),
  ],
  [
    "the policies of Graph",
    { id: "p", displayName: "d", isEnabled: true },
    (outside) =>
      readAppPolicies({
        graph: "https://g.example",
        clientId: undefined,
        accessToken: async () => "t",
        ...outside,
      }),
  ],
  [
    "a tenant's public document",
    { token_endpoint: "https://login.example/11111111-1111-4111-8111-111111111111/token" },
    (outside) => openIdTenant({ authority: "https://login.example", domain: "contoso.example", ...outside }),
  ],
];

describe.each(readers)("%s", (_name, body, read) => {
  it("is left alone for the minute it asks for, and asked again", async () => {
    const { outside, slept, calls } = throttled("60", body);
    await read(outside);
    expect([slept, calls()]).toEqual([[60_000], 2]);
  });

  it("is given up at once when it asks for more time than there is, and the error says how much", async () => {
    const { outside, slept, calls } = throttled("300", body);
    await expect(read(outside)).rejects.toMatchObject({
      retryAfterSeconds: 300,
      message: expect.stringMatching(/\(status 429, asks to wait 300 s\)\.$/),
    });
    expect([slept, calls()]).toEqual([[], 1]);
  });
});

describe("what answers somebody who waits", () => {
  it("keeps a short wait that Entra asks for", async () => {
    const { outside, slept } = throttled("17", { access_token: "token", expires_in: 3599 });
    expect((await ask(outside)).issued?.accessToken).toBe("token");
    expect(slept).toEqual([17_000]);
  });

  it("says at once how long Entra wants to be left alone, when that is too long", async () => {
    const { outside, slept, calls } = throttled("60", {});
    const { refused } = await ask(outside);
    expect(refused).toMatchObject({ status: 429, isTemporary: true, retryAfterSeconds: 60 });
    expect(explainRefusal(refused!, "app-only")).toMatchObject({
      code: "status 429",
      nextStep: "Try again in 60 seconds, as Entra asks.",
    });
    expect([slept, calls()]).toEqual([[], 1]);
  });

  it("keeps a short wait in a look, and tells the reason for a look that was not had", async () => {
    const short = throttled("17", { a: 1 });
    expect(await look(short.outside)).toEqual({ kind: "seen", value: { a: 1 } });
    expect(short.slept).toEqual([17_000]);
    const long = throttled("60", {});
    expect(await look(long.outside)).toEqual({ kind: "failed", reason: "X answered 429, asks to wait 60 s" });
    expect(long.calls()).toBe(1);
  });
});
