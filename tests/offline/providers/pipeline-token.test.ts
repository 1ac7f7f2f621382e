import { createTokenSource } from "../../../offline/providers/entra-token";
import { createSettings, readIdentity } from "../../../offline/providers/settings";
import { createWaits } from "../../../offline/providers/waits";

const origin = "https://localhost:8443";
const azuread = { readsTokenFile: false, asksAzureDevOps: true };
const azureNative = { readsTokenFile: true, asksAzureDevOps: false };
const job = { ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c", ARM_USE_OIDC: "true" };
const github = {
  ...job,
  ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:1/token?job=7",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer-of-the-job",
};
const azureDevOps = {
  ...job,
  SYSTEM_OIDCREQUESTURI: "http://127.0.0.1:1/oidc",
  SYSTEM_ACCESSTOKEN: "bearer-of-the-job",
  ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "connection",
};

interface Asked {
  readonly method: string | undefined;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Plays both services: the pipeline's, which numbers its tokens, and Entra. */
function services(pipeline: (number: number) => Response) {
  const asked: Asked[] = [];
  let issued = 0;
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const url = String(input);
    asked.push({
      method: init.method,
      url,
      authorization: headers.get("authorization") ?? undefined,
      body: String(init.body ?? ""),
    });
    if (url.startsWith(origin)) return Response.json({ access_token: "a.b.c", token_type: "Bearer", expires_in: 1 });
    issued += 1;
    return pipeline(issued);
  };
  return { asked, fetch };
}

function tokensOf(environment: Record<string, string>, support: typeof azuread, fetch: typeof globalThis.fetch) {
  const identity = readIdentity(createSettings({}, environment), support);
  return createTokenSource(origin, identity, createWaits(0, new AbortController().signal), fetch);
}

describe("a stand-in provider in a pipeline's job", () => {
  it.each([
    ["azuread", azuread],
    ["azure-native", azureNative],
  ])("of %s asks GitHub for a token of its own with each sign-in", async (_, support) => {
    const { asked, fetch } = services((number) => Response.json({ value: `token-${number}` }));
    const tokens = tokensOf(github, support, fetch);
    await tokens.token("https://graph.microsoft.com");
    await tokens.token("https://vault.azure.net");
    const requests = asked.filter(({ url }) => !url.startsWith(origin));
    expect(requests.map(({ method, url, authorization }) => [method, url, authorization])).toEqual(
      [1, 2].map(() => [
        "GET",
        "http://127.0.0.1:1/token?job=7&audience=api%3A%2F%2FAzureADTokenExchange",
        "Bearer bearer-of-the-job",
      ]),
    );
    const assertions = asked.flatMap(({ body }) => new URLSearchParams(body).get("client_assertion") ?? []);
    expect(assertions).toEqual(["token-1", "token-2"]);
  });

  it("of azuread asks Azure DevOps for a token of the service connection", async () => {
    const { asked, fetch } = services(() => Response.json({ oidcToken: "token" }));
    await tokensOf(azureDevOps, azuread, fetch).token("https://graph.microsoft.com");
    expect(asked[0]).toMatchObject({
      method: "POST",
      url: "http://127.0.0.1:1/oidc?api-version=7.1&serviceConnectionId=connection",
    });
  });

  it("of azure-native does not know Azure DevOps, as the real one does not", () => {
    expect(() => readIdentity(createSettings({}, azureDevOps), azureNative)).toThrow("a proof of identity is missing");
  });

  it.each([
    ["a given token", { ...github, ARM_OIDC_TOKEN: "given" }, { assertion: "given" }],
    ["a secret", { ...github, ARM_CLIENT_SECRET: "secret" }, { clientSecret: "secret" }],
  ])("prefers %s", (_, environment, proof) => {
    expect(readIdentity(createSettings({}, environment), azuread).proof).toEqual(proof);
  });

  it("asks nobody beyond this machine", () => {
    const environment = { ...github, ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.actions.githubusercontent.com/x" };
    expect(() => readIdentity(createSettings({}, environment), azuread)).toThrow(
      "on this machine only: oidcRequestUrl",
    );
  });

  it("says that the service gave none, and no secret", async () => {
    const { fetch } = services(() => Response.json({ message: "no" }, { status: 403 }));
    const failure = tokensOf(github, azuread, fetch).token("https://graph.microsoft.com");
    await expect(failure).rejects.toThrow(
      "the pipeline's token service at http://127.0.0.1:1 gave no token: status 403",
    );
  });
});
