import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInsights, type Insights, type InsightsList } from "../../clients/partner-center/insights";
import { counted } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { invalidOption, writeDocument } from "../shared/document";
import { createProgress } from "../shared/progress";
import { partnerCenterAddress } from "../token/partner-center-address";
import { openPlace, openTokenSource } from "../token/place";
import { withTokenProblems } from "../token/token-problem";
import type { InsightsCommandOptions } from "./declaration";
import { type FinishedReport, type ReportOrder, runReport } from "./run-report";

const actions = ["datasets", "query", "report"] as const;
type Action = (typeof actions)[number];

/** What one action answered. */
interface Answer {
  readonly dataRedacted: boolean;
  readonly rows: readonly object[];
  readonly report: FinishedReport | null;
}

/** `partner-access insights`: datasets, a query tried out, a report as a file. */
export const runInsights: CommandRunner<InsightsCommandOptions> = async (options, context, [action = ""]) => {
  const { name: stack, cloud } = await openPlace({ stack: options.stack }, context);
  if (!isAction(action)) {
    throw invalidOption(
      `insights needs one of ${actions.join(", ")}, got ${JSON.stringify(action)}`,
      "See insights --help.",
    );
  }
  const insights = await withTokenProblems(() => connect(options, context, cloud));
  const answer = await withTokenProblems(() => perform(action, stack, options, { insights, context }));
  if (options.json) {
    const document = { schema: "partner-access/insights/1", ok: true, problems: [] } as const;
    writeDocument(context, { ...document, stacks: [{ stack, action, ...answer }] });
  } else {
    printResult(answer, context);
  }
  return 0;
};

async function connect(
  options: InsightsCommandOptions,
  context: CommandContext,
  cloud: Parameters<typeof partnerCenterAddress>[1],
): Promise<Insights> {
  const place = await openPlace({ stack: options.stack }, context);
  const tokens = openTokenSource(place, {}, context);
  const endpoint = partnerCenterAddress(context.env, cloud);
  // Asked for anew each time: a report may take longer than a token lives.
  const { signal } = context;
  return createInsights({ endpoint, signal, accessToken: async () => (await tokens.getToken()).token });
}

async function perform(
  action: Action,
  stack: string,
  options: InsightsCommandOptions,
  { insights, context }: { readonly insights: Insights; readonly context: CommandContext },
): Promise<Answer> {
  if (action === "datasets") return listed(await insights.datasets());
  const query = queryOf(options, context);
  if (action === "query") {
    if (!("text" in query))
      throw invalidOption("insights query needs the text of a query", "Give --query TEXT or --query-file FILE.");
    return listed(await insights.testQuery(query.text));
  }
  const { out } = options;
  if (typeof out !== "string")
    throw invalidOption("insights report needs --out FILE", "The complete report is saved there.");
  const { format } = options;
  const progress = createProgress(context);
  try {
    const { workingDirectory, signal } = context;
    const name = options.name ?? `partner-access ${stack}`;
    const order = { stack, query, name, format, out, workingDirectory } as const;
    const report = await runReport(
      { ...order, replaces: options.replace, patienceMs: options.wait * 60_000 },
      { insights, onProgress: progress.update, signal },
    );
    return { dataRedacted: false, rows: [], report };
  } finally {
    progress.done();
  }
}

function queryOf(options: InsightsCommandOptions, { workingDirectory }: CommandContext): ReportOrder["query"] {
  const { query, queryFile, queryId, resume } = options;
  const given = [query, queryFile, queryId, resume].filter((it) => it !== undefined);
  if (given.length !== 1) {
    throw invalidOption(
      "give one of --query TEXT, --query-file FILE, --query-id ID and --resume REPORT",
      "insights datasets lists what can be queried.",
    );
  }
  if (queryId !== undefined) return { id: queryId };
  if (resume !== undefined) return { resumes: resume };
  return {
    text: query ?? readFileSync(resolve(workingDirectory, queryFile ?? ""), "utf8").trim(),
  };
}

function listed({ items, isRedacted }: InsightsList<object>): Answer {
  return { dataRedacted: isRedacted, rows: items, report: null };
}

function printResult({ dataRedacted, rows, report }: Answer, { stdout, stderr }: CommandContext): void {
  if (report !== null) {
    stdout.write(`${report.file}\n`);
    stderr.write(
      `${counted(report.bytes, "byte")}, report ${report.reportId}${report.queryId === null ? "" : `, query ${report.queryId}`}\n`,
    );
  }
  for (const row of rows) {
    const { name, columns } = row as { name?: unknown; columns?: unknown };
    stdout.write(Array.isArray(columns) ? `${String(name)}  ${columns.join(", ")}\n` : `${JSON.stringify(row)}\n`);
  }
  if (dataRedacted)
    stderr.write("warning: Insights left something out because of the user's role; see the command roles.\n");
}

function isAction(text: string): text is Action {
  return actions.some((action) => action === text);
}
