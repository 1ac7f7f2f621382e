import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReportOrder, runReport } from "../../../cli/insights/run-report";
import { saveWhole } from "../../../cli/insights/save-report";
import { CommandError, type Problem } from "../../../cli/shared/document";
import { ServiceError } from "../../../clients/http/errors";
import type { Insights, ReportExecution } from "../../../clients/partner-center/insights";
import { TokenError } from "../../../tokens/token-error";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (...chunks: readonly string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
const broken = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("half"));
      controller.error(new Error("connection reset"));
    },
  });

const breaksOff = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("half"));
      controller.error(new ServiceError({ service: "Insights", operation: "download", isTemporary: true }));
    },
  });

const order = (changes: Partial<ReportOrder> = {}): ReportOrder => ({
  stack: "contoso",
  query: { text: "SELECT x FROM y" },
  name: "n",
  format: "csv",
  out: "report.csv",
  workingDirectory: folder,
  replaces: false,
  patienceMs: 60_000,
  ...changes,
});

/** The problems that a run ends with. */
async function problems(run: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await run.catch((thrown: unknown) => thrown);
  return error instanceof CommandError ? error.problems : [];
}

function fakeInsights(states: readonly (string | Error)[], download: () => ReadableStream<Uint8Array>) {
  const calls: string[] = [];
  let look = 0;
  const insights: Insights = {
    datasets: async () => ({ items: [], isRedacted: false }),
    queries: async () => ({ items: [], isRedacted: false }),
    createQuery: async ({ name, query }) => {
      calls.push("createQuery");
      return { queryId: "q", name, query, type: "userDefined" };
    },
    deleteQuery: async () => undefined,
    testQuery: async () => ({ items: [], isRedacted: false }),
    createReport: async ({ name }) => {
      calls.push("createReport");
      return { reportId: "r", name, status: "Active" };
    },
    deleteReport: async () => undefined,
    executions: async (): Promise<readonly ReportExecution[]> => {
      const status = states[Math.min(look++, states.length - 1)] ?? "";
      if (status instanceof Error) throw status;
      if (status === "") return [];
      return [{ executionId: "e", status, downloadLink: status === "Completed" ? "https://x" : undefined }];
    },
    download: async () => download(),
  };
  return { insights, calls };
}

const tools = (insights: Insights) => {
  let now = 0;
  const onProgress: string[] = [];
  return {
    insights,
    told: onProgress,
    onProgress: (text: string) => void onProgress.push(text),
    signal: new AbortController().signal,
    pause: async (milliseconds: number) => {
      now += milliseconds;
    },
    now: () => now,
  };
};

it("waits through every state, reports each, and saves the file", async () => {
  const { insights } = fakeInsights(["", "Pending", "Running", "Completed"], () => bytes("a,b\n", "1,2\n"));
  const with_ = tools(insights);
  const report = await runReport(order(), with_);
  expect(report).toEqual({ queryId: "q", reportId: "r", executionId: "e", file: join(folder, "report.csv"), bytes: 8 });
  expect(readFileSync(report.file, "utf8")).toBe("a,b\n1,2\n");
  expect(with_.told).toEqual(
    expect.arrayContaining(["execution: not begun", "execution: Pending", "execution: Running"]),
  );
});

it("leaves no file at all when the download breaks off", async () => {
  const { insights } = fakeInsights(["Completed"], broken);
  await expect(runReport(order(), tools(insights))).rejects.toThrow("connection reset");
  expect(readdirSync(folder)).toEqual([]);
});

it("leaves the old file when a replacing download breaks off", async () => {
  writeFileSync(join(folder, "report.csv"), "old");
  const { insights } = fakeInsights(["Completed"], broken);
  await expect(runReport(order({ replaces: true }), tools(insights))).rejects.toThrow("connection reset");
  expect(readFileSync(join(folder, "report.csv"), "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["report.csv"]);
});

it("asks for nothing when there is no place for the file, or one is there", async () => {
  const { insights, calls } = fakeInsights(["Completed"], () => bytes("x"));
  await expect(runReport(order({ out: "nowhere/report.csv" }), tools(insights))).rejects.toThrow("no folder");
  writeFileSync(join(folder, "report.csv"), "mine");
  await expect(runReport(order(), tools(insights))).rejects.toThrow("exists");
  expect(calls).toEqual([]);
});

it.each([
  ["a folder", ".", "is-folder", false],
  ["a folder that is to be replaced", ".", "is-folder", true],
  ["a name that no file can have", `${"x".repeat(300)}.csv`, "not-writable", false],
  ["a place where nothing can be written", "/proc/report.csv", "not-writable", false],
] as const)("asks for nothing when --out is %s", async (_, out, code, replaces) => {
  const { insights, calls } = fakeInsights(["Completed"], () => bytes("x"));
  expect(await problems(runReport(order({ out, replaces }), tools(insights)))).toMatchObject([{ code }]);
  expect([calls, readdirSync(folder)]).toEqual([[], []]);
});

it("takes up a report that is under way, and creates nothing", async () => {
  const { insights, calls } = fakeInsights(["Running", "Completed"], () => bytes("x"));
  const report = await runReport(order({ query: { resumes: "r" } }), tools(insights));
  expect(report).toMatchObject({ queryId: null, reportId: "r", executionId: "e", bytes: 1 });
  expect(calls).toEqual([]);
});

it.each([
  ["one 503", () => Promise.reject(failing(503, { isTemporary: true }))],
  ["a reset half-way", async () => breaksOff()],
])("does not lose a finished report to %s", async (_, first) => {
  const { insights } = fakeInsights(["Completed"], () => bytes("whole"));
  const downloads = [first];
  const flaky: Insights = { ...insights, download: (link) => downloads.shift()?.() ?? insights.download(link) };
  const report = await runReport(order(), tools(flaky));
  expect(readFileSync(report.file, "utf8")).toBe("whole");
  expect(readdirSync(folder)).toEqual(["report.csv"]);
});

it("says how to take up a report that Ctrl-C left under way", async () => {
  const interrupted = new ServiceError({
    ...{ service: "Insights", operation: "look", outcome: "not-asked", code: "interrupted", isTemporary: false },
  });
  const { insights } = fakeInsights(["Running", interrupted], () => bytes("x"));
  expect(await problems(runReport(order(), tools(insights)))).toMatchObject([{ code: "interrupted", fix: another }]);
});

it("uses a query that is there, and gives up after the time it was given", async () => {
  const { insights, calls } = fakeInsights(["Pending"], () => bytes("x"));
  await expect(runReport(order({ query: { id: "known" } }), tools(insights))).rejects.toThrow(
    /did not finish within 1 minute/,
  );
  expect(calls).toEqual(["createReport"]);
  expect(readdirSync(folder)).toEqual([]);
});

const failing = (status: number, changes: { isTemporary: boolean; retryAfterSeconds?: number }) =>
  new ServiceError({ service: "Insights", operation: "look", status, ...changes });
const another = "`npm run partner-access -- insights report -s contoso --resume r --out FILE` takes it up.";

it("goes on waiting when Insights or the sign-in fails for a while, as long as Insights asks", async () => {
  const away = failing(503, { isTemporary: true });
  const busy = failing(429, { isTemporary: true, retryAfterSeconds: 30 });
  const signIn = new TokenError({ code: "status 503", cause: "Entra is out of order.", nextStep: "Ask later." }, true);
  const { insights, calls } = fakeInsights([away, signIn, busy, "Running", "Completed"], () => bytes("x"));
  const with_ = tools(insights);
  expect(await runReport(order(), with_)).toMatchObject({ reportId: "r", bytes: 1 });
  expect(calls).toEqual(["createQuery", "createReport"]);
  expect(with_.told.filter((text) => text === "no answer yet")).toHaveLength(3);
  // 5 + 7.5 + 30 as asked for + 16.875 of its own.
  expect(with_.now()).toBe(59_375);
});

it("says after an outage that outlasts its time what goes on, why, and what a second run would make", async () => {
  const { insights } = fakeInsights([failing(503, { isTemporary: true })], () => bytes("x"));
  expect(await problems(runReport(order(), tools(insights)))).toEqual([
    {
      code: "not-finished",
      message:
        "report r did not finish within 1 minute; the last check failed: Insights refused or failed: look (status 503).",
      fix: `It continues in Partner Center. ${another} --wait waits longer.`,
    },
  ]);
});

it("does not wait through a refusal, and names the report that goes on", async () => {
  const { insights } = fakeInsights([failing(403, { isTemporary: false })], () => bytes("x"));
  const with_ = tools(insights);
  expect(await problems(runReport(order(), with_))).toEqual([
    {
      code: "status-403",
      message: "Insights refused or failed: look (status 403). Report r continues in Partner Center.",
      fix: another,
    },
  ]);
  expect(with_.now()).toBe(0);
});

it("names the finished report when its download fails", async () => {
  const { insights } = fakeInsights(["Completed"], broken);
  expect(await problems(runReport(order(), tools(insights)))).toEqual([
    { code: "unexpected", message: "connection reset. Report r is finished in Partner Center.", fix: another },
  ]);
});

it("names the query that is there when the report cannot be made, and never asks for a report twice", async () => {
  const { insights, calls } = fakeInsights([], () => bytes("x"));
  const refusing = (error: Error): Insights => ({
    ...insights,
    createReport: async () => {
      calls.push("createReport");
      throw error;
    },
  });
  const uses = "`npm run partner-access -- insights report -s contoso --query-id q --out FILE` uses it.";
  expect(await problems(runReport(order(), tools(refusing(failing(503, { isTemporary: true })))))).toMatchObject([
    {
      message: "Insights refused or failed: look (status 503). Query q is in Partner Center.",
      fix: `${uses} Look there first: the report may have been created anyway.`,
    },
  ]);
  expect(calls).toEqual(["createQuery", "createReport"]);
  expect(await problems(runReport(order(), tools(refusing(failing(403, { isTemporary: false })))))).toMatchObject([
    { fix: uses },
  ]);
});

it("keeps the file from others on the machine", async () => {
  await saveWhole(bytes("x"), join(folder, "a.csv"));
  const { mode } = await import("node:fs").then(({ statSync }) => statSync(join(folder, "a.csv")));
  expect(mode & 0o077).toBe(0);
});
