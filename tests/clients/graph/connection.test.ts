import { createDirectoryView } from "../../../clients/graph/directory-view";
import { createGraphInventory } from "../../../clients/graph/inventory";
import { createGraph } from "../../../clients/graph/reading";
import { createGraphWriter } from "../../../clients/graph/writer";
import type { Time } from "../../../clients/http/retry";

type Answer = () => Response | Promise<Response>;

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
const broken = json(500, { error: { code: "InternalServerError", message: "Sorry." } });
const fails: Answer = () => broken.clone();
const resets: Answer = () => Promise.reject(new TypeError("fetch failed"));
const breaksOff: Answer = () =>
  new Response('{"accountEn', { status: 200, headers: { "content-type": "application/json" } });
const principal = (accountEnabled: boolean): Answer => {
  const credentials = { passwordCredentials: [], keyCredentials: [] };
  const switches = { accountEnabled, appRoleAssignmentRequired: true };
  const raw = { id: "object", appId: "client", displayName: "It", ...switches, ...credentials };
  return () => json(200, raw);
};
const done: Answer = () => new Response(null, { status: 204 });

/** A Graph that answers as told, the last answer for ever, and a time that passes only by sleeping. */
function graphAnswering(answers: Readonly<Record<string, readonly Answer[]>>) {
  const calls: string[] = [];
  const signals: unknown[] = [];
  const waits: number[] = [];
  let now = 0;
  const time: Time = {
    now: () => now,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
  const fetcher = async (address: unknown, init: RequestInit = {}) => {
    const method = init.method ?? "GET";
    const list = answers[method] ?? [];
    const answer = list[Math.min(calls.filter((call) => call.startsWith(`${method} `)).length, list.length - 1)];
    calls.push(`${method} ${new URL(String(address)).pathname}`);
    signals.push(init.signal);
    return answer?.() ?? done();
  };
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: 0 }) };
  const options = { endpoint: "https://graph.example", credential, fetch: fetcher as typeof fetch, time };
  return { options, calls, waits, signals };
}

describe("a reading of Graph", () => {
  it.each([
    ["a reset", resets],
    ["a 500", fails],
    ["an answer that breaks off", breaksOff],
  ])("outlives %s, in each of the readers", async (_, fault) => {
    const graph = graphAnswering({ GET: [fault, principal(true)] });
    expect(await createGraph(graph.options).principal("client")).toMatchObject({ objectId: "object", isEnabled: true });
    const view = graphAnswering({ GET: [fault, principal(true)] });
    expect(await createDirectoryView(view.options).principal("client")).toMatchObject({ objectId: "object" });
    const list = () => json(200, { value: [{ id: "owner" }] });
    const inventory = graphAnswering({ GET: [fault, list] });
    expect(await createGraphInventory(inventory.options).owners("object")).toEqual(["owner"]);
    expect([graph.waits, view.waits, inventory.waits]).toEqual([[1000], [1000], [1000]]);
  });

  it("goes on at the page that failed", async () => {
    const next = "https://graph.example/v1.0/next?$skiptoken=1";
    const grant = (scope: string) => ({ id: `grant-${scope}`, resourceId: "api", scope, consentType: "AllPrincipals" });
    const first: Answer = () => json(200, { value: [grant("a")], "@odata.nextLink": next });
    const { options, calls } = graphAnswering({ GET: [first, resets, () => json(200, { value: [grant("b")] })] });
    const grants = await createGraph(options).grants("object");
    expect(grants.map(({ scopes }) => scopes)).toEqual([["a"], ["b"]]);
    expect(calls.slice(1)).toEqual(["GET /v1.0/next", "GET /v1.0/next"]);
  });

  it("waits as long as Graph states, and has one patience only", async () => {
    const busy: Answer = () =>
      json(429, { error: { code: "TooManyRequests", message: "Slow." } }, { "retry-after": "20" });
    const { options, calls, waits } = graphAnswering({ GET: [busy, principal(true)] });
    await createGraph(options).principal("client");
    expect([calls.length, waits]).toEqual([2, [20_000]]);
  });

  it("ends after 90 seconds with Graph's own words", async () => {
    const { options, waits } = graphAnswering({ GET: [fails] });
    await expect(createGraph(options).principal("client")).rejects.toThrow(
      "Microsoft Graph refused or failed: read /servicePrincipals(appId='client') (status 500, InternalServerError). " +
        "Microsoft Graph says: Sorry.",
    );
    const waited = waits.reduce((sum, wait) => sum + wait, 0);
    expect([waited <= 90_000, waited > 60_000]).toEqual([true, true]);
  });

  it("is not repeated after a refusal", async () => {
    const refused: Answer = () => json(403, { error: { code: "Forbidden", message: "No." } });
    const { options, calls } = graphAnswering({ GET: [refused] });
    await expect(createGraph(options).principal("client")).rejects.toThrow(
      "(status 403, Forbidden). Microsoft Graph says: No.",
    );
    expect(calls.length).toBe(1);
  });

  it("gives each attempt 30 seconds of its own", async () => {
    const timeout = jest.spyOn(AbortSignal, "timeout");
    const { options, signals } = graphAnswering({ GET: [resets, principal(true)] });
    await createGraph(options).principal("client");
    expect(timeout.mock.calls).toEqual([[30_000], [30_000]]);
    expect(signals).toEqual(timeout.mock.results.map(({ value }) => value));
    timeout.mockRestore();
  });
});

describe("the switch of a principal", () => {
  it.each([
    ["a reset", resets],
    ["a 500", fails],
  ])("outlives %s", async (_, fault) => {
    const { options, calls } = graphAnswering({ PATCH: [fault, done] });
    await createGraphWriter(options).setPrincipalEnabled("object", false);
    expect(calls).toEqual(["PATCH /v1.0/servicePrincipals/object", "PATCH /v1.0/servicePrincipals/object"]);
  });

  it("is done where every answer is an error and the principal shows the write", async () => {
    const { options, calls } = graphAnswering({ PATCH: [fails], GET: [principal(false)] });
    await createGraphWriter(options).setPrincipalEnabled("object", false);
    expect(calls.at(-1)).toBe("GET /v1.0/servicePrincipals/object");
  });

  it.each([
    ["shows that nothing was written", fails, principal(true)],
    ["cannot be read", resets, fails],
  ])("has failed where the principal %s", async (_, patch, get) => {
    const { options } = graphAnswering({ PATCH: [patch], GET: [get] });
    await expect(createGraphWriter(options).setPrincipalEnabled("object", false)).rejects.toThrow(
      /^Microsoft Graph refused or failed: change \/servicePrincipals\/object/,
    );
  });

  it("takes a refusal for one, whatever an old answer shows", async () => {
    const refused: Answer = () => json(403, { error: { code: "Forbidden", message: "No." } });
    const { options, calls } = graphAnswering({ PATCH: [refused], GET: [principal(false)] });
    await expect(createGraphWriter(options).setPrincipalEnabled("object", false)).rejects.toThrow(
      "(status 403, Forbidden). Microsoft Graph says: No. This takes an owner of the principal",
    );
    expect(calls.length).toBe(1);
  });
});

it("a removal of a secret is asked once, and the application then tells what became of it", async () => {
  const application = (...keyIds: string[]): Answer => {
    const passwordCredentials = keyIds.map((keyId) => ({ keyId }));
    return () => json(200, { passwordCredentials });
  };
  const gone = graphAnswering({ POST: [resets], GET: [resets, application("other")] });
  await createGraphWriter(gone.options).removeCredential("object", "key");
  expect(gone.calls).toEqual([
    "POST /v1.0/applications/object/removePassword",
    "GET /v1.0/applications/object",
    "GET /v1.0/applications/object",
  ]);
  const left = graphAnswering({ POST: [resets], GET: [application("key")] });
  await expect(createGraphWriter(left.options).removeCredential("object", "key")).rejects.toThrow(
    "Microsoft Graph refused or failed: remove the secret key at graph.example (no answer",
  );
});
