import { commandLine, counted } from "../../model/command-line";
import type { AccessChange } from "../diff";
import type { Risk } from "../risk-levels";
import { markdownName, markdownSentence } from "./escape";
import { type ChangeGroup, groupChanges } from "./groups";
import { hiddenMarks } from "./marks";
import { type Phrase, phrase, type Sink, write } from "./phrase";
import { type AccessReport, rank } from "./report";
import { explanation, headline } from "./sentences";
import { stackPhrase } from "./terminal";
import { dependencyPhrase, toolPhrases } from "./tool";
import { verdictOf } from "./verdict";

/** GitHub takes 65,536 characters, Azure DevOps more; the rest is left for what a service adds. */
export const longestComment = 65_000;

export interface MarkdownOptions {
  /** Which review this is, for the hidden mark. */
  readonly review: string;
  /** Most characters; `longestComment` when left out. */
  readonly longest?: number | undefined;
}

const sink: Sink = { name: markdownName, sentence: markdownSentence };
/** Names of stacks in a table cell, and in the fold below. */
const [stacksInRow, stacksInFold] = [3, 40];
/** Items of each list of what cannot be judged or compared, and the part of the comment such a list may fill. */
const [mostItems, partOfComment] = [25, 1 / 16];
/** The same for the names of one group. */
const partForNames = 1 / 10;
/** Kept free for saying what was left out, and for closing the folds. */
const reserve = 600;

/** One change of a group, with its place and wording. */
interface Told {
  readonly group: ChangeGroup | undefined;
  readonly change: AccessChange;
}

/** The report as one comment: verdict first, table next, detail folded, never longer than allowed and never cut in silence. */
export function renderMarkdown(report: AccessReport, { review, longest = longestComment }: MarkdownOptions): string {
  const told = inOrder(report);
  const head = `${headOf(report, review)}${toolOf(report)}`;
  const failed = failedOf(report, longest);
  const unjudged = unjudgedOf(report, longest);
  const room = longest - head.length - failed.length - unjudged.length - reserve;
  const rows = fitting(told.map(rowOf), room / 2);
  const used = rows.reduce((sum, row) => sum + row.length, 0);
  const details = fitting(detailBlocks(told, longest), room - used);
  return [
    head,
    table(rows),
    failed,
    omission(told, rows.length, details.length, longest),
    fold("What each change allows, and why", details),
    unjudged,
  ].join("");
}

function inOrder(report: AccessReport): readonly Told[] {
  const groups = groupChanges(report).flatMap((group) => group.changes.map((change) => ({ group, change })));
  const policy = report.policyChanges.map((change) => ({ group: undefined, change }));
  // Stable: inside one level a group stays together.
  return [...policy, ...groups].sort((one, other) => rank(other.change.risk.level) - rank(one.change.risk.level));
}

function headOf(report: AccessReport, review: string): string {
  const { title, lines } = verdictOf(report);
  const [first = "", ...rest] = lines;
  const between = text(phrase`From ${report.base} to ${report.head}.`);
  const digest = report.stacks.length > 0 ? [`Digest over all stacks: \`${report.digest}\``] : [];
  return [
    hiddenMarks({ review, at: report.at, digest: report.digest }),
    `## Access review: ${title}\n\n`,
    `**${first}**\n\n`,
    [...rest, between, ...digest].map((line) => `${line}\n\n`).join(""),
  ].join("");
}

/** Never folded: whoever exchanges the tool decides every later report. */
function toolOf({ tool }: AccessReport): string {
  if (tool === null) return "";
  const lines = toolPhrases(tool).map((line) => `- ${text(line)}\n`);
  return `**The tool itself**\n\n${lines.join("")}\n`;
}

function table(rows: readonly string[]): string {
  if (rows.length === 0) return "";
  return `| Risk | Change | Where |\n| --- | --- | --- |\n${rows.join("")}\n`;
}

function rowOf({ group, change }: Told): string {
  return `| ${strong(change.risk.level)} | ${text(headline(change))} | ${whereOf(group, stacksInRow)} |\n`;
}

function whereOf(group: ChangeGroup | undefined, most: number): string {
  if (group === undefined) return "access policy";
  const named = group.stacks.slice(0, most).map(({ stack }) => text(phrase`${stack}`));
  return withMore(named, group.stacks.length);
}

/** The changes in the same order, each group's stacks named above its first change of a level. */
function detailBlocks(told: readonly Told[], longest: number): readonly string[] {
  return told.map(({ group, change }, index) => {
    const before = told[index - 1];
    const isSame = before !== undefined && before.group === group;
    const title = isSame ? "" : `\n**${titleOf(group, longest)}**\n\n`;
    const lines = explanation(change).map((line) => `  - ${text(line)}\n`);
    return `${title}- ${strong(change.risk.level)}: ${text(headline(change))}\n${lines.join("")}`;
  });
}

function titleOf(group: ChangeGroup | undefined, longest: number): string {
  if (group === undefined) return "Access policy";
  const named = group.stacks.slice(0, stacksInFold).map((stack) => text(stackPhrase(stack, group.lookedPast)));
  const names = withMore(fitting(named, longest * partForNames), group.stacks.length);
  return group.stacks.length === 1 ? names : `${counted(group.stacks.length, "stack")} alike: ${names}`;
}

function withMore(named: readonly string[], all: number): string {
  const more = all - named.length;
  return more > 0 ? `${named.join(", ")} and ${more.toLocaleString("en")} more` : named.join(", ");
}

/** As many pieces from the start as fit; what is left out is said. */
function fitting(pieces: readonly string[], room: number): readonly string[] {
  let used = 0;
  const kept: string[] = [];
  for (const piece of pieces) {
    used += piece.length;
    if (used > room) break;
    kept.push(piece);
  }
  return kept;
}

function omission(told: readonly Told[], rows: number, details: number, longest: number): string {
  const missing = [
    ...(rows < told.length ? [`${counted(told.length - rows, "row")} of the table`] : []),
    ...(details < told.length ? [`the details of ${counted(told.length - details, "change")}`] : []),
  ];
  if (missing.length === 0) return "";
  const level = told[Math.min(rows, details)]?.change.risk.level;
  return (
    `**Left out, because a comment may have ${longest.toLocaleString("en")} characters:** ${missing.join(" and ")}` +
    `, none above ${strong(level ?? "low")} risk. \`${commandLine("diff")}\` shows everything.\n\n`
  );
}

function failedOf({ failed }: AccessReport, longest: number): string {
  const line = ({ stack, message }: AccessReport["failed"][number]) => phrase`${stack}: ${[{ sentence: message }]}`;
  return listOf("Could not be compared", failed, line, longest).join("");
}

function unjudgedOf({ unjudged }: AccessReport, longest: number): string {
  const lists = [
    ...listOf("Changed code", unjudged.code, fileLine, longest),
    ...listOf("Changed lock files", unjudged.lockFiles, fileLine, longest),
    ...listOf("Changed workflows that run with credentials", unjudged.workflows, fileLine, longest),
    ...listOf("Dependencies in another version", unjudged.dependencies, dependencyPhrase, longest),
  ];
  return fold("What this report cannot judge, file by file", lists);
}

function listOf<T>(title: string, items: readonly T[], line: (item: T) => Phrase, longest: number): readonly string[] {
  if (items.length === 0) return [];
  const all = items.slice(0, mostItems).map((item) => `- ${text(line(item))}\n`);
  const lines = fitting(all, longest * partOfComment);
  const more = items.length - lines.length;
  return [`\n**${title}**\n\n`, ...lines, ...(more > 0 ? [`- and ${more.toLocaleString("en")} more\n`] : []), "\n"];
}

function fileLine({ path, change, note }: AccessReport["unjudged"]["code"][number]): Phrase {
  return [...phrase`${path} ${[change]}`, ...(note === undefined ? [] : [`: ${note}`])];
}

function fold(summary: string, blocks: readonly string[]): string {
  if (blocks.length === 0) return "";
  return `<details>\n<summary>${summary}</summary>\n${blocks.join("")}\n</details>\n\n`;
}

function strong(risk: Risk): string {
  return risk === "high" || risk === "critical" ? `**${risk}**` : risk;
}

function text(content: Phrase): string {
  return write(content, sink);
}
