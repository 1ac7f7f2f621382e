import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../../clients/http/errors";
import { READ_BUDGET_MS, realTime, retry, standardPause, type Time } from "../../clients/http/retry";
import type { Insights, ReportExecution } from "../../clients/partner-center/insights";
import { commandLine, counted } from "../../model/command-line";
import { TokenError } from "../../tokens/token-error";
import { CommandError, problemsOf } from "../shared/document";
import { tokenProblem } from "../token/token-problem";
import { demandWritable, saveWhole } from "./save-report";

/** What is asked for. */
export interface ReportOrder {
  readonly stack: string;
  /** A query's id, the text of a new one, or the report that is under way already. */
  readonly query: { readonly id: string } | { readonly text: string } | { readonly resumes: string };
  readonly name: string;
  readonly format: "csv" | "tsv";
  /** Where the file goes; relative to where the command was started. */
  readonly out: string;
  readonly workingDirectory: string;
  readonly replaces: boolean;
  readonly patienceMs: number;
}

export interface FinishedReport {
  /** Null for a report that was taken up again. */
  readonly queryId: string | null;
  readonly reportId: string;
  readonly executionId: string;
  readonly file: string;
  readonly bytes: number;
}

export interface ReportTools {
  readonly insights: Insights;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
  /** Between two looks. Default: five seconds, growing to a minute. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  readonly now?: () => number;
}

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** Starts a report or takes one up again, waits for it and saves it as a whole. */
export async function runReport(order: ReportOrder, tools: ReportTools): Promise<FinishedReport> {
  const file = await demandPlace(order);
  const { queryId, reportId } = await start(order, tools);
  const takeUp = commandLine("insights", "report", "-s", order.stack, "--resume", reportId, "--out", "FILE");
  const another = `\`${takeUp}\` takes it up.`;
  const { executionId, downloadLink } = await waitFor(reportId, order, { ...tools, another });
  tools.onProgress("downloading");
  try {
    const bytes = await save(downloadLink, file, tools);
    return { queryId, reportId, executionId, file, bytes };
  } catch (error) {
    throw leftBehind(error, `Report ${reportId} is finished in Partner Center.`, another);
  }
}

/** Creates the query where it is new, and a report that runs once, now. */
async function start(
  { stack, query, name, format }: ReportOrder,
  { insights, onProgress }: ReportTools,
): Promise<{ readonly queryId: string | null; readonly reportId: string }> {
  if ("resumes" in query) return { queryId: null, reportId: query.resumes };
  const description = `made by partner-access for stack ${stack}`;
  const queryId =
    "id" in query ? query.id : (await insights.createQuery({ name, description, query: query.text })).queryId;
  onProgress(`query ${queryId}`);
  const sameQuery = commandLine("insights", "report", "-s", stack, "--query-id", queryId, "--out", "FILE");
  const { reportId } = await insights.createReport({ name, description, queryId, format }).catch((error: unknown) => {
    const doubt = mayPass(error) ? " Look there first: the report may have been created anyway." : "";
    throw leftBehind(error, `Query ${queryId} is in Partner Center.`, `\`${sameQuery}\` uses it.${doubt}`);
  });
  return { queryId, reportId };
}

/** A download that fails for now, or breaks off, begins anew: the report is there, and running it again would take hours. */
function save(link: string, file: string, { insights, onProgress, signal, pause, now }: ReportTools): Promise<number> {
  const time: Time = { now: now ?? realTime.now, sleep: pause ?? realTime.sleep };
  const once = async () =>
    saveWhole(await insights.download(link), file, (count) => onProgress(`downloading, ${counted(count, "byte")}`));
  return retry(once, { pause: standardPause({ isSafe: true }), budgetMs: READ_BUDGET_MS, time, signal });
}

/** Before anything is created: a report that cannot be saved would run in vain. */
async function demandPlace({ out, workingDirectory, replaces }: ReportOrder): Promise<string> {
  const file = resolve(workingDirectory, out);
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw problem("no-folder", `there is no folder ${folder}`, "Create it first.");
  }
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw problem("is-folder", `${file} is a folder`, "Give --out a file in it, for example --out FOLDER/report.csv.");
  }
  if (existsSync(file) && !replaces) {
    throw problem("file-exists", `${file} exists`, "Choose another --out, or pass --replace.");
  }
  await demandWritable(file).catch((error: NodeJS.ErrnoException) => {
    throw problem(
      "not-writable",
      `${file} cannot be written (${error.code ?? error.message})`,
      "Choose another --out.",
    );
  });
  return file;
}

async function waitFor(
  reportId: string,
  { patienceMs }: ReportOrder,
  {
    insights,
    onProgress,
    signal,
    pause,
    now = () => performance.now(),
    another,
  }: ReportTools & { readonly another: string },
): Promise<ReportExecution & { readonly downloadLink: string }> {
  const end = now() + patienceMs;
  const wait = pause ?? ((milliseconds: number) => sleep(milliseconds, undefined, { signal }));
  for (let delay = FIRST_PAUSE_MS; ; delay = Math.min(delay * 1.5, LONGEST_PAUSE_MS)) {
    const { executions, trouble } = await look(reportId, insights).catch((error: unknown) => {
      throw leftBehind(error, `Report ${reportId} continues in Partner Center.`, another);
    });
    const done = executions.find(({ status }) => status.toLowerCase() === "completed");
    if (done?.downloadLink !== undefined) return { ...done, downloadLink: done.downloadLink };
    onProgress(trouble === undefined ? `execution: ${executions.at(-1)?.status ?? "not begun"}` : "no answer yet");
    const step = Math.max(delay, trouble instanceof ServiceError ? (trouble.retryAfterSeconds ?? 0) * 1000 : 0);
    if (now() + step > end) {
      const last = trouble === undefined ? "" : `; the last check failed: ${trouble.message}`;
      throw problem(
        "not-finished",
        `report ${reportId} did not finish within ${counted(Math.round(patienceMs / 60_000), "minute")}${last}`,
        `It continues in Partner Center. ${another} --wait waits longer.`,
      );
    }
    await wait(step).catch(() => {
      throw problem(
        "interrupted",
        `interrupted while waiting for report ${reportId} was under way`,
        `It continues in Partner Center. ${another}`,
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

/** A failure, with what it leaves in Partner Center: running the command again would create everything twice. */
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
