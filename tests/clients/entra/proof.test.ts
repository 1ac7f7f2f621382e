import { proveSecret, requestAppOnlyToken } from "../../../clients/entra/proof";
import { ServiceError } from "../../../clients/http/errors";

const credentials = {
  authority: "https://login.example",
  tenantId: "tenant-1",
  clientId: "client-1",
  secret: "a planted secret text",
  scope: "https://graph.example/.default",
};

/** What Entra answers, call by call; the last answer repeats. */
type Answer = "token" | number | { status: number; body?: unknown; headers?: Record<string, string> } | Error;

function entraAnswering(...answers: Answer[]) {
  const sent: { url: string; form: URLSearchParams }[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    sent.push({ url, form: init.body as URLSearchParams });
    const answer = answers[Math.min(sent.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    if (answer === "token")
      return Response.json({ token_type: "Bearer", expires_in: 3599, access_token: "token text" });
    if (typeof answer === "object")
      return Response.json(answer.body ?? {}, { status: answer.status, headers: answer.headers ?? {} });
    return Response.json(refusal(answer), { status: answer === 90002 ? 400 : 401 });
  }) as unknown as typeof fetch;
  return { fetcher, sent };
}

function refusal(code: number) {
  return {
    error: "invalid_client",
    error_description: `AADSTS${code}: for ${credentials.secret}`,
    error_codes: [code],
    correlation_id: "correlation-1",
  };
}

/** A clock that only sleeping moves. */
function stillTime() {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

function prove(answers: Answer[], isNewApplication = false) {
  const { fetcher, sent } = entraAnswering(...answers);
  const time = stillTime();
  const proof = proveSecret({ ...credentials, isNewApplication, fetch: fetcher, time });
  return { proof, sent, time };
}

describe("proveSecret", () => {
  it("asks for a token three times in a row over ten seconds", async () => {
    const { proof, sent } = prove(["token"]);
    expect(await proof).toEqual({ successes: 3, attempts: 3, seconds: 10 });
    expect(sent[0]?.url).toBe("https://login.example/tenant-1/oauth2/v2.0/token");
    expect(Object.fromEntries(sent[0]!.form)).toEqual({
      client_id: "client-1",
      client_secret: "a planted secret text",
      grant_type: "client_credentials",
      scope: "https://graph.example/.default",
    });
  });

  it("begins anew when a success is followed by a refusal", async () => {
    const { proof } = prove(["token", "token", 7000215, "token"]);
    expect(await proof).toMatchObject({ successes: 3, attempts: 6 });
  });

  it.each([7000215, 700016, 7000229])("waits while Entra says AADSTS%d", async (code) => {
    const { proof } = prove([code, code, "token"]);
    expect(await proof).toMatchObject({ attempts: 5 });
  });

  it.each<[string, Answer]>([
    ["too many requests", { status: 429 }],
    ["a server failure", { status: 503 }],
    [
      "a broken connection",
      Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code: "ECONNRESET" }) }),
    ],
    ["an answer without a token", { status: 200, body: {} }],
  ])("asks again after %s", async (_name, answer) => {
    expect(await prove([answer, "token"]).proof).toMatchObject({ attempts: 4 });
  });

  it("leaves Entra alone for as long as it asks", async () => {
    const { proof } = prove([{ status: 429, headers: { "retry-after": "40" } }, "token"]);
    expect(await proof).toEqual({ successes: 3, attempts: 4, seconds: 50 });
  });

  it("gives up at once when Entra asks for more time than a proof has", async () => {
    const { proof, sent } = prove([{ status: 429, headers: { "retry-after": "301" } }]);
    await expect(proof).rejects.toMatchObject({ status: 429, retryAfterSeconds: 301 });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [7000222, "The secret has expired: rotate it."],
    [7000112, "The application was stopped, so it is disabled: resume it before you rotate."],
    [90002, "No such tenant: check tenant.id and the cloud."],
  ])("gives up at once on AADSTS%d, with a sentence of help", async (code, help) => {
    const { proof, sent } = prove([code]);
    await expect(proof).rejects.toMatchObject({ code: `AADSTS${code}`, help, isTemporary: false });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [false, 5],
    [true, 15],
  ])("gives up after its budget (new application: %s) of %d minutes", async (isNew, minutes) => {
    const { proof, time } = prove([7000215], isNew);
    await expect(proof).rejects.toMatchObject({ code: "AADSTS7000215", requestId: "correlation-1" });
    expect(time.now()).toBeLessThanOrEqual(minutes * 60_000);
    expect(time.now()).toBeGreaterThan(minutes * 60_000 - 20_000);
  });

  it("gives up when Entra accepts and refuses in turn, and says so", async () => {
    const { fetcher } = entraAnswering();
    let calls = 0;
    const flapping = (async (...args: Parameters<typeof fetch>) => {
      calls += 1;
      return entraAnswering(calls % 2 === 0 ? "token" : 7000215).fetcher(...args);
    }) as typeof fetch;
    expect(fetcher).toBeDefined();
    const proof = proveSecret({ ...credentials, isNewApplication: false, fetch: flapping, time: stillTime() });
    await expect(proof).rejects.toBeInstanceOf(ServiceError);
  });

  it("names neither the secret nor what Entra said about it", async () => {
    for (const answers of [[7000222], [{ status: 400, body: { error: "invalid_request" } }], [7000215]] as Answer[][]) {
      const error: ServiceError = await prove(answers).proof.then(
        () => fail("must not succeed"),
        (it) => it,
      );
      expect(error).toBeInstanceOf(ServiceError);
      expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain("planted");
    }
  });
});

describe("requestAppOnlyToken", () => {
  it("returns the token", async () => {
    expect(await requestAppOnlyToken({ ...credentials, fetch: entraAnswering("token").fetcher })).toBe("token text");
  });

  it("says what was refused, with Entra's code and the name of the request", async () => {
    await expect(requestAppOnlyToken({ ...credentials, fetch: entraAnswering(700016).fetcher })).rejects.toThrow(
      "Entra refused or failed: app-only token for client-1 in tenant tenant-1 (status 401, AADSTS700016, request correlation-1). " +
        "Entra does not know the application in this tenant: check the tenant, or run again later.",
    );
  });
});
