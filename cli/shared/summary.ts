import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { markdownName, markdownSentence } from "../../permissions/report/escape";
import { type Phrase, write } from "../../permissions/report/phrase";
import type { CommandContext } from "./command";
import { invalidOption, type Problem } from "./document";
import { isOnlySummary, type SummaryTarget } from "./summary-target";

/** What a command found, for the summary of a job: one table, and every problem. Names from outside are pieces of their own. */
export interface Summary {
  /** The verdict, such as "2 of 7 stacks need attention". */
  readonly title: Phrase;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Phrase[])[];
  readonly problems: readonly StackProblem[];
  /** What a reader should know beside the table: one item each. */
  readonly notes?: readonly Phrase[];
}

export interface StackProblem extends Problem {
  readonly stack: string;
}

/** GitHub refuses the summary of a step that is longer than 1 MiB; other steps of the job have their own. */
const longest = 900_000;
const sink = { name: markdownName, sentence: markdownSentence };

/** Markdown for GitHub and Azure DevOps, escaped as a review's comment is. What does not fit is counted, never cut in silence. */
export function renderSummary({ title, headings, rows, problems, notes = [] }: Summary): string {
  const cells = (texts: readonly string[]) => `| ${texts.join(" | ")} |\n`;
  const lines = rows.map((row) => cells(row.map((piece) => write(piece, sink) || " ")));
  const table = fitting(lines, longest / 2);
  const list = fitting(problems.map(problemItem), longest / 2);
  return [
    `## ${write(title, sink)}\n\n`,
    cells(headings),
    cells(headings.map(() => "---")),
    ...table.kept,
    leftOut(table.more, "row"),
    notes.length === 0 ? "" : `\n${notes.map((note) => `- ${write(note, sink)}\n`).join("")}`,
    problems.length === 0 ? "" : "\n### Problems\n\n",
    ...list.kept,
    leftOut(list.more, "problem"),
    "\n",
  ].join("");
}

function problemItem({ stack, code, message, fix }: StackProblem): string {
  const remedy = fix === "" ? "" : `  <br>${markdownSentence(fix)}\n`;
  return `- ${markdownName(stack)}: ${markdownName(code)}: ${markdownSentence(message)}\n${remedy}`;
}

function fitting(pieces: readonly string[], room: number): { readonly kept: readonly string[]; readonly more: number } {
  let used = 0;
  const kept: string[] = [];
  for (const piece of pieces) {
    used += Buffer.byteLength(piece);
    if (used > room) break;
    kept.push(piece);
  }
  return { kept, more: pieces.length - kept.length };
}

function leftOut(count: number, one: string): string {
  return count === 0 ? "" : `\n**Left out, because a summary may not be longer: ${count} more ${one}s.**\n`;
}

/** The problems of results, each with its stack. */
export function stackProblems(
  results: readonly { readonly stack: string; readonly problems: readonly Problem[] }[],
): readonly StackProblem[] {
  return results.flatMap(({ stack, problems }) => problems.map((problem) => ({ stack, ...problem })));
}

/** Adds the summary where it is wanted. In a file it follows what other steps have written there; one that cannot be written is a warning. */
export function writeSummary(summary: Summary, target: SummaryTarget, context: CommandContext): void {
  if (target === undefined) return;
  const text = renderSummary(summary);
  if (target.file === undefined) {
    context.stdout.write(text);
    return;
  }
  try {
    appendFileSync(resolve(context.workingDirectory, target.file), text);
  } catch (error) {
    // An update that was made must not end as one that failed.
    const why = error instanceof Error ? error.message : String(error);
    context.stderr.write(`the summary was not written to ${target.file}: ${why}\n`);
  }
}

/** Two documents on one standard output would be none. */
export function refuseTwoDocuments(options: { readonly json: boolean; readonly markdown?: SummaryTarget }): void {
  if (!options.json || !isOnlySummary(options.markdown)) return;
  throw invalidOption(
    "--json and --markdown exclude each other on standard output",
    "Let --markdown write to a file: --markdown FILE",
  );
}
