import { commandLine, counted } from "../../model/command-line";
import type { AccessChange } from "../diff";
import type { Risk } from "../risk-levels";
import { terminalName, terminalSentence } from "./escape";
import { type ChangeGroup, groupChanges } from "./groups";
import { type Phrase, phrase, type Sink, write } from "./phrase";
import type { AccessReport, ChangedDependency, ChangedFile, ReportedStack } from "./report";
import { explanation, headline } from "./sentences";
import { dependencyPhrase, toolPhrases } from "./tool";
import { verdictOf } from "./verdict";

const sink: Sink = { name: terminalName, sentence: terminalSentence };
const colours: Readonly<Record<Risk, number>> = { low: 32, medium: 33, high: 31, critical: 35 };

export interface TerminalOptions {
  /** Colour the risks; left out, plain text. */
  readonly hasColour?: boolean | undefined;
}

/** The report for a person at a terminal: everything, nothing folded. */
export function renderTerminal(report: AccessReport, options: TerminalOptions = {}): string {
  const { title, lines } = verdictOf(report);
  const between = write(phrase`${report.base} to ${report.head}`, sink);
  const parts = [
    [`Access review: ${title}`, `From ${between}.`, ...lines],
    section("The tool itself", report.tool === null ? [] : toolPhrases(report.tool).map((line) => `  ${text(line)}`)),
    ...groupChanges(report).map((group) => groupLines(group, options)),
    section(
      "Access policy",
      report.policyChanges.flatMap((change) => changeLines(change, options)),
    ),
    section(
      "Could not be compared",
      report.failed.map((it) => text(phrase`  ${it.stack}: ${[{ sentence: it.message }]}`)),
    ),
    ...unjudgedSections(report),
    section("To apply exactly this, and nothing else", applyLines(report)),
    ...(report.stacks.length > 0 ? [[`Digest over all stacks: ${report.digest}`]] : []),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

/** One change in one line, for other lists on a terminal or in a log. */
export function describeChange(change: AccessChange): string {
  return text(headline(change));
}

function groupLines({ stacks, changes, lookedPast }: ChangeGroup, options: TerminalOptions): readonly string[] {
  const title = stacks.length === 1 ? "Stack" : counted(stacks.length, "stack");
  const names = stacks.map((stack) => text(stackPhrase(stack, lookedPast)));
  return [`${title}: ${names.join(", ")}`, ...changes.flatMap((change) => changeLines(change, options))];
}

/** A stack with its domain; where a group looks past names, with those too. */
export function stackPhrase(
  { stack, domain, own, status }: ReportedStack,
  lookedPast: ChangeGroup["lookedPast"],
): Phrase {
  const has = (name: keyof typeof own) => lookedPast.includes(name);
  const beside = [
    ...(domain === null ? [] : [phrase`${domain}`]),
    ...(has("displayName") && own.displayName !== null ? [phrase`shown as ${own.displayName}`] : []),
    ...(has("reportingUser") && own.reportingUser !== null ? [phrase`as ${own.reportingUser}`] : []),
    ...(has("vault") && own.vault !== null ? [phrase`vault ${own.vault}`] : []),
    ...(has("tenantIds") ? own.tenantIds.map((id) => phrase`${id}`) : []),
    ...(status === "added" ? [["new"]] : status === "removed" ? [["removed"]] : []),
  ];
  if (beside.length === 0) return phrase`${stack}`;
  return [...phrase`${stack}`, " (", ...beside.flatMap((part, index) => (index === 0 ? part : [", ", ...part])), ")"];
}

function changeLines(change: AccessChange, { hasColour }: TerminalOptions): readonly string[] {
  const level = change.risk.level.padEnd(8);
  const shown = hasColour ? `\u001b[${colours[change.risk.level]}m${level}\u001b[0m` : level;
  return [`  ${shown} ${text(headline(change))}`, ...explanation(change).map((line) => `           ${text(line)}`)];
}

function unjudgedSections({ unjudged }: AccessReport): readonly (readonly string[])[] {
  return [
    section("Changed code", unjudged.code.map(fileLine)),
    section("Changed lock files", unjudged.lockFiles.map(fileLine)),
    section("Changed workflows that run with credentials", unjudged.workflows.map(fileLine)),
    section("Dependencies in another version", unjudged.dependencies.map(dependencyLine)),
  ];
}

function fileLine({ path, change, note }: ChangedFile): string {
  return text([...phrase`  ${[change]} ${path}`, ...(note === undefined ? [] : [`: ${note}`])]);
}

function dependencyLine(dependency: ChangedDependency): string {
  return `  ${text(dependencyPhrase(dependency))}`;
}

/** More than a person runs by hand. */
const mostCommands = 20;
/** A stack is named by a file of the change: only a name that no shell reads in another way becomes a part of a command. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

/** One command per stack, with its own digest: the one over all stacks fits none of them. Those that change, or all where none does. */
function applyLines({ stacks }: AccessReport): readonly string[] {
  const applicable = stacks.flatMap(({ stack, status, digest: { head } }) =>
    head === null ? [] : [{ stack, status, head }],
  );
  const changed = applicable.filter(({ status }) => status !== "unchanged");
  const wanted = changed.length > 0 ? changed : applicable;
  const lines = wanted
    .slice(0, mostCommands)
    .map(({ stack, head }) =>
      plainName.test(stack)
        ? `  ${commandLine("up", "-s", stack, "--expect-digest", head)}`
        : text(phrase`  ${stack}: ${[head]}`),
    );
  const left = wanted.length - lines.length;
  return left === 0
    ? lines
    : [...lines, `  ${counted(left, "more stack")}, stacks[].digest.head in: ${commandLine("diff", "--json")}`];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function text(content: Phrase): string {
  return write(content, sink);
}
