import type { CommandDeclaration } from "../shared/command";
import { json, stack } from "../shared/options";

export const insightsCommand: CommandDeclaration = {
  name: "insights",
  arguments: [{ name: "[action]", description: "datasets, query or report" }],
  summary: "list datasets, try a query, save a report",
  description:
    "datasets lists what can be asked for. query runs a query on the spot: at most 100 rows. report creates the query where it is new, " +
    "runs it once, waits for the execution and saves it to a file that is complete or absent.\n\n" +
    "Signs in as token does: with the refresh token in the vault.",
  options: [
    stack,
    { flags: "--query <text>", description: "the query, in Insights' own language" },
    { flags: "--query-file <file>", description: "a file that holds it" },
    { flags: "--query-id <id>", description: "with report: a query that is there" },
    { flags: "--resume <report>", description: "with report: wait for one that is under way, and save it" },
    { flags: "--out <file>", description: "with report: where it is saved" },
    { flags: "--replace", description: "with report: replace that file" },
    { flags: "--name <text>", description: "with report: its name in Partner Center" },
    { flags: "--format <format>", description: "with report: csv or tsv; csv when left out" },
    { flags: "--wait <minutes>", description: "with report: how long to wait; 120 when left out" },
    json,
  ],
  examples: [
    "partner-access insights datasets -s contoso",
    'partner-access insights query -s contoso --query "SELECT CustomerName FROM CustomersAndTenants TIMESPAN LAST_MONTH"',
    "partner-access insights report -s contoso --query-file customers.txt --out customers.csv",
  ],
  load: async () => (await import("./run")).runInsights,
};
