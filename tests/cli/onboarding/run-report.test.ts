import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReportOrder, runReport } from "../../../cli/onboarding/insights/run-report";
import { saveWhole } from "../../../cli/onboarding/insights/save-report";
import type { Insights, ReportExecution } from "../../../clients/insights";

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

function fakeInsights(states: readonly string[], download: () => ReadableStream<Uint8Array>) {
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
      if (status === "") return [];
      return [{ executionId: "e", status, downloadLink: status === "Completed" ? "https://x" : undefined }];
    },
    download: async () => download(),
  };
  return { insights, calls };
}

const tools = (insights: Insights) => {
  let now = 0;
  const news: string[] = [];
  return {
    insights,
    told: news,
    news: (text: string) => void news.push(text),
    signal: new AbortController().signal,
    pause: async (milliseconds: number) => {
      now += milliseconds;
    },
    now: () => now,
  };
};

it("waits through every state with news, and saves the file", async () => {
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

it("uses a query that is there, and gives up after the time it was given", async () => {
  const { insights, calls } = fakeInsights(["Pending"], () => bytes("x"));
  await expect(runReport(order({ query: { id: "known" } }), tools(insights))).rejects.toThrow(
    /did not finish within 1 minutes/,
  );
  expect(calls).toEqual(["createReport"]);
  expect(readdirSync(folder)).toEqual([]);
});

it("keeps the file from others on the machine", async () => {
  await saveWhole(bytes("x"), join(folder, "a.csv"));
  const { mode } = await import("node:fs").then(({ statSync }) => statSync(join(folder, "a.csv")));
  expect(mode & 0o077).toBe(0);
});
