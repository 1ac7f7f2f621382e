import { createArmClient } from "../../../offline/providers/azure-native/arm-client";
import { createVaultClient } from "../../../offline/providers/azure-native/vault-client";
import { createGraphClient } from "../../../offline/providers/azuread/graph-client";
import { readCloud } from "../../../offline/providers/cloud-metadata";
import { createTokenSource } from "../../../offline/providers/entra-token";
import { createWaits, defaultWaitFactor, readWaitFactor } from "../../../offline/providers/waits";

const origin = "https://localhost:8443";
const waits = createWaits(0.001, new AbortController().signal);
const tokens = { token: async () => "a.b.c" };

/** Answers each call in turn and keeps how it was made. */
function answering(...answers: Response[]) {
  const made: { url: string; init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    made.push({ url: String(input), init });
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`unexpected call to ${String(input)}`);
    return answer;
  };
  return { fetch, made };
}

describe("a redirect", () => {
  it.each<[string, Response, (fetch: typeof globalThis.fetch) => Promise<unknown>]>([
    [
      "Graph",
      Response.json({}),
      (fetch) => createGraphClient(origin, { tokens, waits, userAgent: "test", fetch }).get("/organization"),
    ],
    [
      "Resource Manager",
      Response.json({}),
      (fetch) =>
        createArmClient(origin, origin, { tokens, waits, userAgent: "test", fetch }).get(
          "/subscriptions",
          "2022-12-01",
        ),
    ],
    [
      "a vault",
      Response.json({}),
      (fetch) =>
        createVaultClient("vault.emulator.test", { tokens, waits, userAgent: "test", fetch }).deleteSecret("v", "s"),
    ],
    [
      "the sign-in service",
      Response.json({ access_token: "a.b.c", token_type: "Bearer", expires_in: 3600 }),
      (fetch) => {
        const identity = { tenantId: "t", clientId: "c", proof: { clientSecret: "s" } };
        return createTokenSource(origin, identity, waits, fetch).token(origin);
      },
    ],
    ["the metadata document", Response.json({}), (fetch) => readCloud("localhost:8443", fetch).catch(() => undefined)],
  ])("of %s is never followed: it could lead away from this machine", async (_name, answer, call) => {
    const { fetch, made } = answering(answer);
    await call(fetch);
    expect(made.map(({ init }) => init?.redirect)).toEqual(["error"]);
  });
});

describe("the next page of a list", () => {
  const page = (next: string | undefined, ...ids: string[]) =>
    Response.json({ value: ids.map((id) => ({ id })), ...(next !== undefined && { "@odata.nextLink": next }) });

  it("is read where the service says it is", async () => {
    const { fetch, made } = answering(page(`${origin}/v1.0/applications?$skiptoken=x`, "1", "2"), page(undefined, "3"));
    const found = await createGraphClient(origin, { tokens, waits, userAgent: "test", fetch }).list("/applications");
    expect(found).toEqual([{ id: "1" }, { id: "2" }, { id: "3" }]);
    expect(made.map(({ url }) => url)).toEqual([
      `${origin}/v1.0/applications`,
      `${origin}/v1.0/applications?$skiptoken=x`,
    ]);
  });

  it("is not asked of another address: the token would go there", async () => {
    const { fetch, made } = answering(page("https://graph.microsoft.com/v1.0/applications?$skiptoken=x", "1"));
    const list = createGraphClient(origin, { tokens, waits, userAgent: "test", fetch }).list("/applications");
    await expect(list).rejects.toThrow("the next page is at another address");
    expect(made).toHaveLength(1);
  });
});

describe("the waits", () => {
  it("are shortened unless told otherwise, and never by a wrong factor", () => {
    expect(readWaitFactor({})).toBe(defaultWaitFactor);
    expect(readWaitFactor({ PARTNER_ACCESS_WAIT_FACTOR: "1" })).toBe(1);
    for (const wrong of ["0", "-1", "2", "soon"]) {
      expect(() => readWaitFactor({ PARTNER_ACCESS_WAIT_FACTOR: wrong })).toThrow("above 0 and at most 1");
    }
  });

  it("end when the engine cancels", async () => {
    const cancel = new AbortController();
    const waiting = createWaits(1, cancel.signal).pause(600);
    cancel.abort(new Error("cancelled"));
    await expect(waiting).rejects.toThrow();
  });
});
