import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Insights, ReportExecution } from "../../../clients/insights";
import { CommandError } from "../../document";
import { saveWhole } from "./save-report";

/** What is asked for. */
export interface ReportOrder {
  readonly stack: string;
  /** A query's id, or the text of a new one. */
  readonly query: { readonly id: string } | { readonly text: string };
  readonly name: string;
  readonly format: "csv" | "tsv";
  /** Where the file goes; relative to where the command was started. */
  readonly out: string;
  readonly workingDirectory: string;
  readonly replaces: boolean;
  readonly patienceMs: number;
}

export interface FinishedReport {
  readonly queryId: string;
  readonly reportId: string;
  readonly executionId: string;
  readonly file: string;
  readonly bytes: number;
}

export interface ReportTools {
  readonly insights: Insights;
  readonly news: (text: string) => void;
  readonly signal: AbortSignal;
  /** Between two looks. Default: five seconds, growing to a minute. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly now?: () => number;
}

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** Creates the query where it is new, runs a report once, waits for it and saves it as a whole. */
export async function runReport(order: ReportOrder, tools: ReportTools): Promise<FinishedReport> {
  const file = demandPlace(order);
  const { insights, news } = tools;
  const { name, format } = order;
  const description = `made by partner-access for stack ${order.stack}`;
  const queryId =
    "id" in order.query
      ? order.query.id
      : (await insights.createQuery({ name, description, query: order.query.text })).queryId;
  news(`query ${queryId}`);
  const { reportId } = await insights.createReport({ name, description, queryId, format });
  const { executionId, downloadLink } = await waitFor(reportId, order, tools);
  news("downloading");
  const bytes = await saveWhole(await insights.download(downloadLink), file, (count) =>
    news(`downloading, ${count} bytes`),
  );
  return { queryId, reportId, executionId, file, bytes };
}

/** Before anything is created: a report nobody can save was asked for in vain. */
function demandPlace({ out, workingDirectory, replaces }: ReportOrder): string {
  const file = resolve(workingDirectory, out);
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw problem("no-folder", `there is no folder ${folder}`, "Create it first.");
  }
  if (existsSync(file) && !replaces) {
    throw problem("file-exists", `${file} exists`, "Choose another --out, or pass --replace.");
  }
  return file;
}

async function waitFor(
  reportId: string,
  { patienceMs }: ReportOrder,
  { insights, news, signal, pause, now = () => performance.now() }: ReportTools,
): Promise<ReportExecution & { readonly downloadLink: string }> {
  const end = now() + patienceMs;
  const wait = pause ?? ((milliseconds: number) => sleep(milliseconds, undefined, { signal }));
  for (let delay = FIRST_PAUSE_MS; ; delay = Math.min(delay * 1.5, LONGEST_PAUSE_MS)) {
    const executions = await insights.executions(reportId);
    const done = executions.find(({ status }) => status.toLowerCase() === "completed");
    if (done?.downloadLink !== undefined) return { ...done, downloadLink: done.downloadLink };
    news(`execution: ${executions.at(-1)?.status ?? "not begun"}`);
    if (now() + delay > end) {
      throw problem(
        "not-finished",
        `report ${reportId} did not finish within ${Math.round(patienceMs / 60_000)} minutes`,
        `It goes on in Partner Center. Wait for it longer with --wait.`,
      );
    }
    await wait(delay).catch(() => {
      throw problem(
        "interrupted",
        `interrupted while report ${reportId} was under way`,
        "It goes on in Partner Center.",
      );
    });
  }
}

function problem(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
