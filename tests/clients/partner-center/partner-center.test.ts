import { createInsights } from "../../../clients/partner-center/insights";
import { createPartnerCenter } from "../../../clients/partner-center/partner-center";

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A service that answers call by call; the last answer repeats. */
function service(...answers: (Response | (() => Response))[]) {
  const sent: Sent[] = [];
  const fetcher = (async (url: URL | string, init: RequestInit = {}) => {
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    sent.push({ method: init.method ?? "GET", url: new URL(url), headers: new Headers(init.headers), body });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    return typeof answer === "function" ? answer() : answer!.clone();
  }) as unknown as typeof fetch;
  const slept: number[] = [];
  const time = {
    now: () => slept.reduce((sum, one) => sum + one, 0),
    sleep: async (milliseconds: number) => void slept.push(milliseconds),
  };
  const options = {
    endpoint: "https://partner.example",
    accessToken: async () => "a token text",
    fetch: fetcher,
    time,
  };
  return { slept, sent, partnerCenter: createPartnerCenter(options), insights: createInsights(options) };
}

const bom = (text: string) => new Response(`\uFEFF${text}`, { headers: { "content-type": "application/json" } });
const refused = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

describe("Partner Center", () => {
  it("is read in spite of a byte-order mark, whatever the case of its keys", async () => {
    const { partnerCenter, sent } = service(bom('{"MpnId":4391507,"PartnerName":"Contoso"}'));
    expect(await partnerCenter.mpnProfile()).toEqual({ mpnId: "4391507", partnerName: "Contoso" });
    expect(sent[0]?.url.href).toBe("https://partner.example/v1/profiles/mpn");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer a token text");
  });

  it("says with 404 that an account is not enrolled; any other refusal is an error", async () => {
    const unknown = { code: 3000, description: "could not be found", data: [], source: "PartnerFD" };
    expect(await service(refused(404, unknown)).partnerCenter.mpnProfile()).toBeUndefined();
    const { partnerCenter } = service(refused(403, { code: 2032, description: "a token text" }));
    await expect(partnerCenter.mpnProfile()).rejects.toMatchObject({ status: 403, code: "2032", isTemporary: false });
    await expect(partnerCenter.mpnProfile()).rejects.not.toThrow(/a token text/);
  });

  it.each([
    ["true", true],
    ["True", true],
    ["false", false],
    [undefined, undefined],
    ["perhaps", undefined],
  ])("answers the probe for MFA in a header: %s", async (said, isMfaCompliant) => {
    const headers = said === undefined ? {} : { isMfaCompliant: said };
    const { partnerCenter, sent } = service(Response.json({ mpnId: "1" }, { headers }));
    expect(await partnerCenter.probeMfa()).toEqual({ isMfaCompliant });
    expect(sent[0]?.headers.get("validatemfa")).toBe("true");
  });

  it.each([
    ["a number", { code: 900421, description: "MFA" }, {}],
    ["text", { code: "900421" }, {}],
    ["inside an error", { error: { code: "900421" } }, {}],
    ["another name", { ErrorCode: 900421 }, {}],
    [
      "the challenge only",
      undefined,
      { "www-authenticate": 'Bearer error="invalid_token", error_description="900421"' },
    ],
    ["words only", { description: "Error 900421: MFA required" }, {}],
  ])("refuses a token without MFA by 900421 as %s", async (_name, body, headers) => {
    const { partnerCenter } = service(refused(401, body ?? null, headers));
    await expect(partnerCenter.roles()).rejects.toMatchObject({
      status: 401,
      code: "900421",
      help: expect.stringContaining("use sign-in"),
    });
  });

  it("lists members page by page, with the token that continues", async () => {
    const member = (id: string) => ({ id, userPrincipalName: `${id}@contoso.example`, displayName: id });
    const next = {
      uri: "/roles/r/usermembers?size=500&seekOperation=Next",
      headers: [{ key: "MS-ContinuationToken", value: "c" }],
    };
    const { partnerCenter, sent } = service(
      Response.json({ totalCount: 2, items: [member("one")], links: { next } }),
      Response.json({ totalCount: 2, items: [member("two")], links: {} }),
    );
    expect((await partnerCenter.roleMembers("r")).map(({ id }) => id)).toEqual(["one", "two"]);
    expect(sent.map(({ url }) => url.search)).toEqual(["?size=500", "?size=500&seekOperation=Next"]);
    expect(sent[1]?.headers.get("ms-continuationtoken")).toBe("c");
  });

  it("gives up a list that never ends", async () => {
    const page = () => Response.json({ items: [], links: { next: { uri: "/roles/r/usermembers?size=500" } } });
    await expect(service(page).partnerCenter.roleMembers("r")).rejects.toMatchObject({ code: "endless-list" });
  });

  it("gives a role with the documented body", async () => {
    const { partnerCenter, sent } = service(new Response(null, { status: 201 }));
    const member = { accountId: "t", id: "u", displayName: "Reports", userPrincipalName: "reports@contoso.example" };
    await partnerCenter.addRoleMember("r/1", member);
    expect(sent[0]).toMatchObject({ method: "POST", body: { ...member, roleId: "r/1" } });
    expect(sent[0]?.url.pathname).toBe("/v1/roles/r%2F1/usermembers");
  });

  it("that cannot be reached is a failure that may pass", async () => {
    const broken = service(() => {
      throw Object.assign(new Error("a token text"), { code: "ECONNREFUSED" });
    });
    await expect(broken.partnerCenter.roles()).rejects.toMatchObject({ code: "ECONNREFUSED", isTemporary: true });
  });
});

describe("a failure that may pass", () => {
  const list = () => Response.json({ value: [], statusCode: 200 });
  const reset = () => {
    throw Object.assign(new Error("broken"), { code: "ECONNRESET" });
  };

  it.each<[string, Response | (() => Response), number]>([
    ["too many requests, with a wait", refused(429, {}, { "retry-after": "15" }), 15_000],
    ["an outage", refused(503, {}), 1000],
    ["an outage inside an answer of 200", Response.json({ statusCode: 500 }), 1000],
    ["a broken connection", reset, 1000],
  ])("is waited out by a read: %s", async (_name, answer, wait) => {
    const { insights, sent, slept } = service(answer, list);
    expect(await insights.datasets()).toEqual({ items: [], isRedacted: false });
    expect([sent.length, slept]).toEqual([2, [wait]]);
  });

  it("ends a read at last, and at once where the stated wait is too long", async () => {
    const away = service(refused(503, {}));
    await expect(away.insights.datasets()).rejects.toMatchObject({ status: 503 });
    expect(away.slept).toEqual([1000, 2000, 4000, 8000]);
    const busy = service(refused(429, {}, { "retry-after": "60" }));
    await expect(busy.insights.datasets()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 60 });
    expect(busy.sent).toHaveLength(1);
  });

  it.each<[string, Response | (() => Response)]>([
    ["an outage", refused(503, {})],
    ["a broken connection", reset],
  ])("is no reason to write twice: %s", async (_name, answer) => {
    const { insights, sent } = service(answer);
    await expect(insights.createQuery({ name: "n", description: "d", query: "q" })).rejects.toThrow(/^Insights/);
    expect(sent.map(({ method }) => method)).toEqual(["POST"]);
  });

  it("is no reason to give up a write that a rate limit refused, because nothing was done", async () => {
    const made = Response.json({ value: [{ queryId: "q-1" }], statusCode: 200 });
    const { insights, sent, slept } = service(refused(429, {}, { "retry-after": "3" }), made);
    expect(await insights.createQuery({ name: "n", description: "d", query: "q" })).toMatchObject({ queryId: "q-1" });
    expect([sent.length, slept]).toEqual([2, [3000]]);
  });
});

describe("Insights", () => {
  const envelope = (value: unknown[], changes = {}) =>
    Response.json({ value, nextLink: null, totalCount: value.length, message: "ok", statusCode: 200, ...changes });

  it("lists datasets, and says when data was left out", async () => {
    const dataset = {
      ...{ datasetName: "MSLearn", selectableColumns: ["A"], availableMetrics: [], availableDateRanges: ["LIFETIME"] },
      minimumRecurrenceInterval: 24,
    };
    const { insights, sent } = service(envelope([dataset], { dataRedacted: true }));
    expect(await insights.datasets("MSLearn")).toEqual({
      items: [
        { name: "MSLearn", columns: ["A"], metrics: [], dateRanges: ["LIFETIME"], minimumRecurrenceInterval: 24 },
      ],
      isRedacted: true,
    });
    expect(sent[0]?.url.href).toBe("https://partner.example/insights/v1/mpn/ScheduledDataset?datasetName=MSLearn");
  });

  it("that hides its failure in an answer of 200 has failed all the same", async () => {
    const { insights } = service(Response.json({ statusCode: 403, message: "Forbidden", value: null }));
    await expect(insights.datasets()).rejects.toMatchObject({ status: 403, isTemporary: false });
    const down = service(Response.json({ statusCode: 500, message: "Service unavailable" }));
    await expect(down.insights.datasets()).rejects.toMatchObject({ status: 500, isTemporary: true });
  });

  it("has no executions before the first one, which it calls not found", async () => {
    const { insights, sent } = service(refused(404, { statusCode: 404, message: "There are no executions" }));
    expect(await insights.executions("r")).toEqual([]);
    expect(sent[0]?.url.searchParams.get("getLatestExecution")).toBe("false");
    await expect(service(refused(403, {})).insights.executions("r")).rejects.toMatchObject({ status: 403 });
  });

  it("runs a report now, and is fetched by its signed link without a token", async () => {
    const report = { ReportId: "r", ReportName: "n", ReportStatus: "Active" };
    const created = service(envelope([report]));
    const request = { name: "n", description: "d", queryId: "q", format: "csv" } as const;
    expect(await created.insights.createReport(request)).toEqual({ reportId: "r", name: "n", status: "Active" });
    expect(created.sent[0]?.body).toEqual({
      ReportName: "n",
      Description: "d",
      QueryId: "q",
      ExecuteNow: true,
      Format: "csv",
    });
    const file = service(new Response("a,b\n"));
    const stream = await file.insights.download("https://files.example/r?sig=1");
    expect(await new Response(stream).text()).toBe("a,b\n");
    expect(file.sent[0]?.headers.get("authorization")).toBeNull();
  });

  it("never shows the signed link in an error", async () => {
    const gone = service(new Response("", { status: 403 }));
    const failure = await gone.insights.download("https://files.example/r?sig=abc").catch((error: Error) => error);
    expect(String(failure)).not.toContain("sig=abc");
  });
});
