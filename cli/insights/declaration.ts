import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { flag, json, parsed, stack, text } from "../shared/options";

const options = {
  stack,
  query: text("--query <text>", "the query, in Insights' own language"),
  queryFile: text("--query-file <file>", "a file that holds it"),
  queryId: text("--query-id <id>", "with report: an existing query"),
  resume: text("--resume <report>", "with report: wait for a running one, and save it"),
  out: text("--out <file>", "with report: the file to save it to"),
  replace: flag("--replace", "with report: replace that file"),
  name: text("--name <text>", "with report: its name in Partner Center"),
  format: parsed(text("--format <format>", "with report: csv or tsv; default: csv"), readFormat),
  wait: parsed(text("--wait <minutes>", "with report: how long to wait; default: 120"), readMinutes),
  json,
};

export type InsightsCommandOptions = OptionsOf<typeof options>;

export const insightsCommand = declareCommand({
  name: "insights",
  arguments: [{ name: "[action]", description: "datasets, query or report" }],
  summary: "list datasets, try a query, save a report",
  description:
    "datasets lists what can be queried. query runs a query immediately: at most 100 rows. report creates the query where it is new, " +
    "runs it once, waits for the execution and saves it to a file that is complete or absent.\n\n" +
    "Signs in as token does: with the refresh token in the vault.",
  options,
  examples: [
    "partner-access insights datasets -s contoso",
    'partner-access insights query -s contoso --query "SELECT CustomerName FROM CustomersAndTenants TIMESPAN LAST_MONTH"',
    "partner-access insights report -s contoso --query-file customers.txt --out customers.csv",
  ],
  load: async () => (await import("./run")).runInsights,
});

function readFormat(text = "csv"): "csv" | "tsv" {
  if (text === "csv" || text === "tsv") return text;
  throw invalidOption(`--format must be csv or tsv, got ${text}`, "Leave it out.");
}

function readMinutes(text = "120"): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw invalidOption(`--wait must be a number of minutes, got ${text}`, "Leave it out for two hours.");
}
