import { createTokenEndpoint, type TokenGrant } from "../../../clients/entra/token-endpoint";

const client = {
  authority: "https://login.example",
  tenantId: "tenant-1",
  clientId: "client-1",
  secret: "a secret text",
};
const scope = "https://api.example/.default";

/** Entra's answers, call by call; the last one repeats. */
function entraAnswering(...answers: (() => Response | Promise<Response>)[]) {
  const sent: { url: string; form: Record<string, string> }[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    sent.push({ url, form: Object.fromEntries(init.body as URLSearchParams) });
    return answers[Math.min(sent.length, answers.length) - 1]!();
  }) as unknown as typeof fetch;
  let now = 0;
  const time = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  return { ask: createTokenEndpoint({ fetch: fetcher, time }), sent };
}

const issued =
  (body: object = {}) =>
  () =>
    Response.json({ access_token: "token", expires_in: 3599, ...body });
const refusing = (status: number, body: object) => () => Response.json(body, { status });

describe("the token endpoint", () => {
  it.each<[TokenGrant, Record<string, string>]>([
    [
      { kind: "refresh-token", refreshToken: "r", scope },
      { grant_type: "refresh_token", refresh_token: "r" },
    ],
    [
      { kind: "password", userName: "u@x", password: " p ", scope },
      { grant_type: "password", username: "u@x", password: " p " },
    ],
    [{ kind: "app-only", scope }, { grant_type: "client_credentials" }],
    [
      { kind: "code", code: "c", verifier: "v", redirectUri: "http://localhost:8400/", scope },
      { grant_type: "authorization_code", code: "c", code_verifier: "v", redirect_uri: "http://localhost:8400/" },
    ],
  ])("is asked in OAuth's own form for %j", async (grant, form) => {
    const { ask, sent } = entraAnswering(issued());
    await ask(client, grant);
    const common = { client_id: "client-1", client_secret: "a secret text", scope };
    expect(sent).toEqual([{ url: "https://login.example/tenant-1/oauth2/v2.0/token", form: { ...common, ...form } }]);
  });

  it("reads the answer of both versions: numbers as numbers or as text", async () => {
    const body = { expires_in: "3599", refresh_token: "r", id_token: "i", scope: "s" };
    const { ask } = entraAnswering(issued(body));
    expect(await ask(client, { kind: "app-only", scope })).toEqual({
      issued: { accessToken: "token", expiresInSeconds: 3599, refreshToken: "r", idToken: "i", scope: "s" },
    });
  });

  it("answers a refusal by numbers and words, and nothing that was sent comes back", async () => {
    const body = {
      error: "invalid_grant",
      error_codes: [50076, 1],
      suberror: "basic_action",
      correlation_id: "c-1",
      error_description: "AADSTS50076: a secret text",
      error_uri: "https://login.example/error?code=a+secret+text",
    };
    const { ask } = entraAnswering(refusing(400, body));
    expect(await ask(client, { kind: "app-only", scope })).toEqual({
      refused: {
        status: 400,
        oauthError: "invalid_grant",
        numbers: [50076, 1],
        suberror: "basic_action",
        failure: undefined,
        correlationId: "c-1",
        isTemporary: false,
      },
    });
  });

  it.each([
    [
      "words that are no words",
      { error: "a secret text!", suberror: { a: 1 }, error_codes: ["x"], correlation_id: "a b" },
    ],
    ["no JSON object", []],
  ])("answers %s without them", async (_name, body) => {
    const { ask } = entraAnswering(refusing(400, body));
    const { refused } = await ask(client, { kind: "app-only", scope });
    expect(refused).toMatchObject({
      oauthError: undefined,
      numbers: [],
      suberror: undefined,
      correlationId: undefined,
    });
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["a full server", refusing(429, {})],
    ["a failing server", refusing(503, {})],
    ["Entra's own word for later", refusing(400, { error: "temporarily_unavailable" })],
    ["a connection that breaks", () => Promise.reject(Object.assign(new Error("broken"), { code: "ECONNRESET" }))],
    ["an answer that was cut off", () => new Response('{"access_tok', { status: 200 })],
  ])("is asked again after %s", async (_name, answer) => {
    const { ask, sent } = entraAnswering(answer, issued());
    expect((await ask(client, { kind: "app-only", scope })).issued?.accessToken).toBe("token");
    expect(sent).toHaveLength(2);
  });

  it("gives up on an outage after its budget, and says what it was", async () => {
    const { ask, sent } = entraAnswering(refusing(503, {}));
    expect((await ask(client, { kind: "app-only", scope })).refused).toMatchObject({ status: 503, isTemporary: true });
    expect(sent.length).toBeGreaterThan(2);
  });

  it("is not asked twice for what will stay refused: wrong passwords lock an account", async () => {
    const { ask, sent } = entraAnswering(refusing(400, { error: "invalid_grant", error_codes: [50126] }));
    await ask(client, { kind: "password", userName: "u", password: "p", scope });
    expect(sent).toHaveLength(1);
  });
});
