import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { type CallResult, startTestEmulator, type TestEmulator } from "../../../../support/emulator";
import { makePartnerApplication, type PartnerApplication } from "../../../../support/partner-application";
import { appToken, userToken } from "../../../../support/user-token";

let emulator: TestEmulator;
let application: PartnerApplication;
let token: string;
let back: () => void;

beforeAll(async () => {
  emulator = await startTestEmulator();
  application = await makePartnerApplication(emulator);
  token = await userToken(emulator, application);
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(() => back());

const reports = partnerTenant.reportingUser.userPrincipalName;
const base = "/insights/v1/mpn";
const settings = (partnerCenter: object) =>
  emulator.control("POST", "settings", { tenant: partnerTenant.id, partnerCenter });
const roles = (...names: string[]) =>
  emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: reports, roles: names });
const advance = (duration: string) => emulator.control("POST", "clock", { advance: duration });
const call = (method: string, path: string, body?: unknown, as = token) =>
  emulator.call(method, `${base}${path}`, { token: as, body });
const shown = ({ status, body }: CallResult) => [status, body.statusCode, body.message];

const usage = "SELECT CustomerName, Month, TotalACR FROM AzureUsage TIMESPAN LAST_3_MONTHS";
const makeQuery = async (query = usage): Promise<string> =>
  (await call("POST", "/ScheduledQueries", { Name: "usage", Description: "of a test", Query: query })).body.value[0]
    .queryId;
const makeReport = async (changes: object = {}): Promise<CallResult> =>
  call("POST", "/ScheduledReport", {
    ReportName: "usage",
    Description: "of a test",
    QueryId: await makeQuery(),
    ExecuteNow: true,
    Format: "csv",
    ...changes,
  });

describe("who asks", () => {
  it("sees all as Executive Report Viewer, in the envelope", async () => {
    const answer = await emulator.call("GET", `${base}/ScheduledDataset`, { token, headers: { ValidateMfa: "true" } });
    const { status, body } = answer;
    expect(status).toBe(200);
    expect(answer.headers["ismfacompliant"]).toBe("true");
    expect(body).toMatchObject({
      nextLink: null,
      totalCount: 21,
      message: "Dataset fetched successfully",
      statusCode: 200,
      dataRedacted: false,
    });
    expect(
      body.value.find(({ datasetName }: { datasetName: string }) => datasetName === "DynamicsUsage"),
    ).toMatchObject({
      selectableColumns: expect.arrayContaining(["SubscriptionId"]),
      availableDateRanges: ["LAST_MONTH", "LAST_3_MONTHS", "LAST_6_MONTHS", "LAST_1_YEAR", "LIFETIME"],
      minimumRecurrenceInterval: 24,
    });
  });

  it("sees no revenue as Report Viewer, nor with both roles", async () => {
    for (const names of [["Report Viewer"], ["Executive Report Viewer", "Report Viewer"]]) {
      await roles(...names);
      const path = `/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(usage)}`;
      const { body } = await call("GET", path);
      expect(body.dataRedacted).toBe(true);
      expect(body.value[0]).toMatchObject({ CustomerName: expect.any(String), TotalACR: null });
    }
  });

  it("is refused alike without a role and without an enrolment", async () => {
    await roles("Sales agent");
    const withoutRole = await call("GET", "/ScheduledDataset");
    expect(withoutRole.body).toEqual({
      value: [],
      nextLink: null,
      totalCount: 0,
      message: "Forbidden",
      statusCode: 403,
      dataRedacted: false,
    });
    expect(withoutRole.status).toBe(403);
    await roles("Executive Report Viewer");
    await settings({ enrolled: false });
    expect((await call("GET", "/ScheduledDataset")).body).toEqual(withoutRole.body);
  });

  it("is refused without a user, unless the tenant's Insights takes app-only tokens", async () => {
    const alone = await appToken(emulator, application);
    expect(shown(await call("GET", "/ScheduledDataset", undefined, alone))).toEqual([401, 401, "Unauthorized"]);
    await settings({ insightsTakesAppOnly: true });
    expect((await call("GET", "/ScheduledDataset", undefined, alone)).status).toBe(200);
    expect(shown(await emulator.call("GET", `${base}/ScheduledDataset`))).toEqual([401, 401, "Unauthorized"]);
  });

  it("finds a refusal inside a 200, and no word on MFA, where the tenant's Insights answers so", async () => {
    await settings({ insightsErrors: "envelope", insightsReportsMfa: false });
    const answer = await emulator.call("GET", `${base}/ScheduledDataset`, { token, headers: { ValidateMfa: "true" } });
    expect(answer.headers["ismfacompliant"]).toBeUndefined();
    await roles();
    expect(shown(await call("GET", "/ScheduledDataset"))).toEqual([200, 403, "Forbidden"]);
    await roles("Executive Report Viewer");
    expect(shown(await call("DELETE", "/ScheduledQueries/c0ffee00-0000-4000-8000-000000000000"))).toEqual([
      200,
      404,
      "No item found with given filters.",
    ]);
  });
});

describe("a query", () => {
  it("is made, listed, tried and deleted", async () => {
    const made = await call("POST", "/ScheduledQueries", { Name: "usage", Description: null, Query: usage });
    expect(made.body.value).toEqual([
      {
        queryId: expect.any(String),
        name: "usage",
        description: "",
        query: usage,
        type: "userDefined",
        user: reports,
        createdTime: expect.any(String),
      },
    ]);
    const { queryId } = made.body.value[0];
    expect((await call("GET", "/ScheduledQueries")).body.totalCount).toBe(1);
    expect((await call("GET", `/ScheduledQueries?queryId=${queryId}`)).body.totalCount).toBe(1);
    const tried = await call("GET", `/ScheduledQueries/testQueryResult?queryId=${queryId}`);
    expect(tried.body.totalCount).toBe(100);
    expect(Object.keys(tried.body.value[0])).toEqual(["CustomerName", "Month", "TotalACR"]);
    expect((await call("DELETE", `/ScheduledQueries/${queryId}`)).status).toBe(200);
    expect(shown(await call("GET", `/ScheduledQueries?queryId=${queryId}`))[0]).toBe(404);
    expect((await call("GET", "/ScheduledQueries")).body.value).toEqual([]);
  });

  it("of Microsoft's own is listed on demand and cannot be deleted", async () => {
    const { body } = await call("GET", "/ScheduledQueries?includeOnlySystemQueries=true");
    expect(body.value[0]).toMatchObject({ queryId: "6664daf3-c161-423a-92a1-0ea6db2c0384", type: "system" });
    expect((await call("DELETE", "/ScheduledQueries/6664daf3-c161-423a-92a1-0ea6db2c0384")).status).toBe(404);
    for (const { query } of body.value) {
      const path = `/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(query)}`;
      expect((await call("GET", path)).status).toBe(200);
    }
  });

  const run = async (query: string) =>
    (await call("GET", `/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(query)}`)).body.value;

  it("filters, orders and limits", async () => {
    const rows = await run(
      "SELECT CustomerName,TotalACR FROM AzureUsage WHERE CustomerName='Litware' AND TotalACR > 5000 ORDER BY TotalACR DESC LIMIT 5 TIMESPAN LAST_MONTH",
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.length).toBeLessThanOrEqual(5);
    const amounts = rows.map(({ TotalACR }: { TotalACR: number }) => TotalACR);
    expect(amounts).toEqual([...amounts].sort((left, right) => right - left));
    expect(
      rows.every(
        (row: { CustomerName: string; TotalACR: number }) => row.CustomerName === "Litware" && row.TotalACR > 5000,
      ),
    ).toBe(true);
  });

  it.each([
    ["SELECT * FROM AzureUsage", "Incorrect column name"],
    ["SELECT Nothing FROM AzureUsage", "Incorrect column name"],
    ["SELECT CustomerName FROM Nowhere", "Invalid table name"],
    ["SELECT CustomerName FROM AzureUsage WHERE Nothing='x'", "Incorrect column name"],
    ["SELECT CustomerName FROM AzureUsage TIMESPAN EVER", "Invalid report parameters"],
    ["DROP TABLE AzureUsage", "Invalid query. The text cannot be read: expected SELECT, found DROP."],
  ])("is refused when it is %s", async (query, message) => {
    const made = await call("POST", "/ScheduledQueries", { Name: "x", Description: "", Query: query });
    expect(shown(made)).toEqual([400, 400, message]);
  });

  it("is refused without a name, and with a field nobody knows", async () => {
    expect(shown(await call("POST", "/ScheduledQueries", { Query: usage }))).toEqual([
      400,
      400,
      "Null or missing value",
    ]);
    expect((await call("POST", "/ScheduledQueries", { Name: "x", Query: usage, Owner: "me" })).body.message).toContain(
      'unknown field "Owner"',
    );
    expect((await call("POST", "/ScheduledQueries", { name: "x", query: usage })).status).toBe(200);
  });
});

describe("a report", () => {
  const executions = async (reportId: string, query = "executionStatus=Pending;Running;Completed") =>
    call("GET", `/ScheduledReport/execution/${reportId}?${query}`);

  it("runs now: pending, running, completed by the clock, then it is a file", async () => {
    await settings({ reportPendingSeconds: 60, reportRunningSeconds: 60 });
    const { status, body } = await makeReport();
    expect(status).toBe(200);
    const [{ reportId, reportStatus }] = body.value;
    expect(reportStatus).toBe("Active");
    const [pending] = (await executions(reportId)).body.value;
    expect(pending).toMatchObject({
      reportId,
      executionStatus: "Pending",
      reportAccessSecureLink: null,
      format: "csv",
    });
    expect(shown(await executions(reportId, ""))[0]).toBe(404);
    await advance("PT60S");
    expect((await executions(reportId)).body.value[0].executionStatus).toBe("Running");
    await advance("PT60S");
    const [completed] = (await executions(reportId, "")).body.value;
    expect(completed).toMatchObject({ executionId: pending.executionId, executionStatus: "Completed" });
    const link = completed.reportAccessSecureLink;
    const file = await emulator.call("GET", link);
    expect([file.status, file.headers["content-type"]]).toEqual([200, "text/csv"]);
    const lines = file.text.trimEnd().split("\r\n");
    expect(file.text).toMatch(/^CustomerName,Month,TotalACR\r\n/);
    expect(lines).toHaveLength(601);
    expect((await emulator.call("GET", link)).text).toBe(file.text);
    expect((await call("GET", `/ScheduledReport?reportId=${reportId}`)).body.value[0].reportStatus).toBe("Inactive");
    expect(JSON.stringify(await emulator.control("GET", "journal"))).not.toContain(
      new URL(link).searchParams.get("sig"),
    );
  });

  it("is fetched by its signed link only: not changed, not late, not with a token, not once deleted", async () => {
    const { reportId } = (await makeReport({ Format: "TSV" })).body.value[0];
    await advance("PT1M");
    const link = (await executions(reportId, "")).body.value[0].reportAccessSecureLink;
    expect((await emulator.call("GET", link)).text.split("\r\n")[0]).toBe("CustomerName\tMonth\tTotalACR");
    const refused = async (address: string, as?: string) =>
      (await emulator.call("GET", address, as === undefined ? {} : { token: as })).headers["x-ms-error-code"];
    expect(await refused(link.replace("sig=", "sig=x"))).toBe("AuthenticationFailed");
    expect(await refused(link, token)).toBe("InvalidAuthenticationInfo");
    await advance("PT24H");
    expect(await refused(link)).toBe("AuthenticationFailed");
    const fresh = await userToken(emulator, application);
    const renewed = (await call("GET", `/ScheduledReport/execution/${reportId}`, undefined, fresh)).body.value[0];
    expect((await emulator.call("GET", renewed.reportAccessSecureLink)).status).toBe(200);
    await call("DELETE", `/ScheduledReport/${reportId}`, undefined, fresh);
    expect(await refused(renewed.reportAccessSecureLink)).toBe("BlobNotFound");
  });

  it("leaves revenue out of the file of a Report Viewer", async () => {
    await roles("Report Viewer");
    const { reportId } = (await makeReport()).body.value[0];
    await advance("PT1M");
    const { body } = await executions(reportId, "");
    expect(body.dataRedacted).toBe(true);
    const file = await emulator.call("GET", body.value[0].reportAccessSecureLink);
    expect(file.text.split("\r\n")[1]).toMatch(/^[^,]+,[^,]+,$/);
  });

  it("runs on its schedule", async () => {
    const start = new Date(Date.now() + 5 * 3_600_000).toISOString();
    const schedule = { ExecuteNow: false, StartTime: start, RecurrenceInterval: 24, RecurrenceCount: 3 };
    const { reportId } = (await makeReport(schedule)).body.value[0];
    expect((await executions(reportId)).status).toBe(404);
    await advance("PT30H");
    const fresh = await userToken(emulator, application);
    const path = `/ScheduledReport/execution/${reportId}?getLatestExecution=false`;
    expect((await call("GET", path, undefined, fresh)).body.totalCount).toBe(2);
    await advance("P10D");
    const later = await userToken(emulator, application);
    const { body } = await call("GET", path, undefined, later);
    expect(body.totalCount).toBe(3);
    expect(body.value[0].reportGeneratedTime > body.value[2].reportGeneratedTime).toBe(true);
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ["no name", { ReportName: "" }, 400, "Null or missing value"],
    ["an unknown query", { QueryId: "c0ffee00-0000-4000-8000-000000000000" }, 400, "Invalid QueryId"],
    ["a placeholder for its format", { Format: "string" }, 400, "Requested value 'string' not found."],
    [
      "a start too soon",
      { ExecuteNow: false, StartTime: new Date().toISOString() },
      400,
      "Start time of report should at least be 4 hours from current UTC time",
    ],
    [
      "too short a recurrence",
      { ExecuteNow: false, StartTime: "2099-01-01T00:00:00Z", RecurrenceInterval: 3 },
      400,
      "Recurrence Interval must be between 4 and 2160",
    ],
    [
      "a date that is none",
      { ExecuteNow: false, StartTime: "tomorrow" },
      500,
      "Internal error encountered while creating report.",
    ],
  ])("is refused with %s", async (_case, changes, status, message) => {
    const answer = await makeReport(changes);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
  });

  it("gets a new schedule by an update, and keeps what has run", async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const first = { ExecuteNow: false, StartTime: at(5), RecurrenceInterval: 24, RecurrenceCount: 3 };
    const made = (await makeReport(first)).body.value[0];
    expect(made.modifiedTime).toBeNull();
    await advance("PT6H");
    const body = {
      ReportName: "renamed",
      StartTime: at(14),
      RecurrenceInterval: 48,
      RecurrenceCount: 1,
      Format: "TSV",
    };
    const token = await userToken(emulator, application);
    const path = `/ScheduledReport/${made.reportId}`;
    const changed = await call("PUT", path, body, token);
    expect(changed.body.value).toEqual([
      {
        ...made,
        ...{ reportName: "renamed", description: "", startTime: body.StartTime, format: "tsv" },
        recurrenceInterval: 48,
        recurrenceCount: 1,
        modifiedTime: expect.any(String),
      },
    ]);
    await advance("PT12H");
    const fresh = await userToken(emulator, application);
    const all = `/ScheduledReport/execution/${made.reportId}?getLatestExecution=false`;
    expect((await call("GET", all, undefined, fresh)).body.totalCount).toBe(2);
    expect(shown(await call("PUT", path, { StartTime: at(90) }, fresh))).toEqual([400, 400, "Null or missing value"]);
    expect((await call("PUT", path, { ...body, QueryId: "x" }, fresh)).body.message).toContain('"QueryId"');
    const none = "/ScheduledReport/c0ffee00-0000-4000-8000-000000000000";
    expect((await call("PUT", none, { ...body, StartTime: at(90) }, fresh)).status).toBe(404);
  });

  it("runs no more while it is paused, and goes on when it is resumed", async () => {
    const start = new Date(Date.now() + 5 * 3_600_000).toISOString();
    const schedule = { ExecuteNow: false, StartTime: start, RecurrenceInterval: 24 };
    const { reportId } = (await makeReport(schedule)).body.value[0];
    const turn = async (what: string) =>
      (await call("PUT", `/ScheduledReport/${what}/${reportId}`, undefined, await userToken(emulator, application)))
        .body.value[0].reportStatus;
    const count = async () => {
      const path = `/ScheduledReport/execution/${reportId}?getLatestExecution=false`;
      return (await call("GET", path, undefined, await userToken(emulator, application))).body.totalCount;
    };
    await advance("PT6H");
    expect([await turn("pause"), await turn("pause"), await count()]).toEqual(["Paused", "Paused", 1]);
    await advance("P2D");
    expect([await count(), await turn("resume"), await count()]).toEqual([1, "Active", 1]);
    await advance("P1D");
    expect(await count()).toBe(2);
    const none = "c0ffee00-0000-4000-8000-000000000000";
    const token = await userToken(emulator, application);
    for (const what of ["pause", "resume"]) {
      expect((await call("PUT", `/ScheduledReport/${what}/${none}`, undefined, token)).status).toBe(404);
    }
  });

  it("is listed and deleted", async () => {
    const { reportId } = (await makeReport()).body.value[0];
    expect((await call("GET", "/ScheduledReport")).body.totalCount).toBe(1);
    expect((await call("DELETE", `/ScheduledReport/${reportId}`)).status).toBe(200);
    expect((await call("DELETE", `/ScheduledReport/${reportId}`)).status).toBe(404);
    expect((await call("GET", "/ScheduledReport")).body.value).toEqual([]);
  });
});

describe("what Insights does not know", () => {
  it("is refused and named", async () => {
    expect((await call("GET", "/Reports")).body.message).toContain("the emulated insights has no such call");
    expect((await call("GET", "/ScheduledDataset?name=x")).status).toBe(400);
    for (const [method, path] of [
      ["DELETE", "/ScheduledQueries/testQueryResult"],
      ["DELETE", "/ScheduledReport/pause"],
      ["GET", "/ScheduledReport/execution/latest"],
      ["PUT", "/ScheduledReport/archive/c0ffee00-0000-4000-8000-000000000000"],
    ] as const) {
      expect((await call(method, path)).body.message).toBe(
        `${method} /insights/v1/mpn${path}: the emulated insights has no such call`,
      );
    }
  });
});
