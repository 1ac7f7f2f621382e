import { realTime } from "../../clients/http/retry";
import { createTokenSource, type TokenSourceOptions } from "../../tokens/vault-token-source";

const vaultUri = "https://fabrikam.vault.azure.net";
const variable = "AZURE_AUTHORITY_HOST";
const elsewhere = "https://login.example:8443";
const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** What was asked for a token, and what a consumer is told when nobody answers there. */
async function asked(options: Partial<TokenSourceOptions> = {}) {
  const requests: string[] = [];
  jest.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = new URL(String(input));
    if (url.origin !== vaultUri) {
      requests.push(`${init?.method} ${url.href}`);
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) });
    }
    if (!new Headers(init?.headers).has("authorization")) {
      const challenge = 'Bearer authorization="https://login.example/t", resource="https://vault.azure.net"';
      return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    }
    const id = `${vaultUri}/secrets/p-client-secret/v1`;
    const tags = { tenantId: "tenant", clientId: "client" };
    return Response.json({ id, value: "secret", attributes: { enabled: true }, tags });
  });
  // The wait between two attempts, which nothing here depends on.
  jest.spyOn(realTime, "sleep").mockResolvedValue();
  let now = 0;
  jest.spyOn(realTime, "now").mockImplementation(() => {
    now += 5000;
    return now;
  });
  const source = createTokenSource({ vaultUri, prefix: "p-", credential, flow: "app-only", ...options });
  const error: unknown = await source.getToken().catch((failure: unknown) => failure);
  return { requests: [...new Set(requests)], error };
}

beforeEach(() => {
  process.env[variable] = `${elsewhere}/`;
});
afterEach(() => {
  delete process.env[variable];
  jest.restoreAllMocks();
});

describe(`a token is asked for where ${variable} says`, () => {
  it("and the host is named when it cannot be reached", async () => {
    expect(await asked()).toEqual({
      requests: [`POST ${elsewhere}/tenant/oauth2/v2.0/token`],
      error: expect.objectContaining({
        code: "ENOTFOUND",
        isTemporary: true,
        message: "ENOTFOUND: Entra could not be reached at login.example:8443. Try again in a few minutes.",
      }),
    });
  });

  it.each([
    ["the caller names an authority", { authority: "https://own.example" }, "https://own.example"],
    ["the caller names a cloud", { cloud: "china" }, "https://login.partner.microsoftonline.cn"],
  ] as const)("unless %s", async (_, options, authority) => {
    expect((await asked(options)).requests).toEqual([`POST ${authority}/tenant/oauth2/v2.0/token`]);
  });

  it.each([
    ["is not set", undefined],
    ["is empty, as a pipeline sets it", ""],
  ])("unless it %s: then at the vault's own cloud", async (_, value) => {
    delete process.env[variable];
    if (value !== undefined) process.env[variable] = value;
    const { requests, error } = await asked();
    expect(requests).toEqual(["POST https://login.microsoftonline.com/tenant/oauth2/v2.0/token"]);
    expect(String(error)).toContain("could not be reached at login.microsoftonline.com.");
  });
});
