import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../../../clients/errors";
import type { Insights, ReportExecution } from "../../../clients/insights";
import { commandLine, counted } from "../../../permissions/command-line";
import { TokenError } from "../../../tokens/token-error";
import { CommandError, problemsOf } from "../../document";
import { tokenProblem } from "../../tokens/token-problem";
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
  const sameQuery = commandLine("insights", "report", "-s", order.stack, "--query-id", queryId, "--out", "FILE");
  const { reportId } = await insights.createReport({ name, description, queryId, format }).catch((error: unknown) => {
    const doubt = mayPass(error) ? " Look there first: the report may have been made all the same." : "";
    throw leftBehind(error, `Query ${queryId} is in Partner Center.`, `\`${sameQuery}\` uses it.${doubt}`);
  });
  const another = `No command takes it up; \`${sameQuery}\` makes another one of the same query.`;
  const { executionId, downloadLink } = await waitFor(reportId, order, { ...tools, another });
  news("downloading");
  try {
    const stream = await insights.download(downloadLink);
    const bytes = await saveWhole(stream, file, (count) => news(`downloading, ${counted(count, "byte")}`));
    return { queryId, reportId, executionId, file, bytes };
  } catch (error) {
    throw leftBehind(error, `Report ${reportId} is finished in Partner Center.`, another);
  }
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
  { insights, news, signal, pause, now = () => performance.now(), another }: ReportTools & { readonly another: string },
): Promise<ReportExecution & { readonly downloadLink: string }> {
  const end = now() + patienceMs;
  const wait = pause ?? ((milliseconds: number) => sleep(milliseconds, undefined, { signal }));
  for (let delay = FIRST_PAUSE_MS; ; delay = Math.min(delay * 1.5, LONGEST_PAUSE_MS)) {
    const { executions, trouble } = await look(reportId, insights).catch((error: unknown) => {
      throw leftBehind(error, `Report ${reportId} goes on in Partner Center.`, another);
    });
    const done = executions.find(({ status }) => status.toLowerCase() === "completed");
    if (done?.downloadLink !== undefined) return { ...done, downloadLink: done.downloadLink };
    news(trouble === undefined ? `execution: ${executions.at(-1)?.status ?? "not begun"}` : "no answer for now");
    const step = Math.max(delay, trouble instanceof ServiceError ? (trouble.retryAfterSeconds ?? 0) * 1000 : 0);
    if (now() + step > end) {
      const last = trouble === undefined ? "" : `; the last look failed: ${trouble.message}`;
      throw problem(
        "not-finished",
        `report ${reportId} did not finish within ${counted(Math.round(patienceMs / 60_000), "minute")}${last}`,
        `It goes on in Partner Center. ${another} --wait waits longer.`,
      );
    }
    await wait(step).catch(() => {
      throw problem(
        "interrupted",
        `interrupted while report ${reportId} was under way`,
        `It goes on in Partner Center. ${another}`,
      );
    });
  }
}

interface Look {
  readonly executions: readonly ReportExecution[];
  /** Why it was not seen this time. A report takes hours: an outage of minutes says nothing about it. */
  readonly trouble?: ServiceError | TokenError;
}

async function look(reportId: string, insights: Insights): Promise<Look> {
  try {
    return { executions: await insights.executions(reportId) };
  } catch (error) {
    if (mayPass(error)) return { executions: [], trouble: error };
    throw error;
  }
}

function mayPass(error: unknown): error is ServiceError | TokenError {
  return (error instanceof ServiceError || error instanceof TokenError) && error.isTemporary;
}

/** A failure, with what it leaves in Partner Center: whoever only runs the command again makes everything twice. */
function leftBehind(error: unknown, left: string, next: string): CommandError {
  const problems = error instanceof TokenError ? [tokenProblem(error)] : problemsOf(error);
  return new CommandError(
    problems.map(({ code, message, fix }) => ({
      code,
      message: `${message.replace(/\.?$/, ".")} ${left}`,
      fix: `${fix} ${next}`.trim(),
    })),
  );
}

function problem(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
