import { breakingChanges } from "./breaking-changes";
import { type Phrase, phrase } from "./phrase";

/** The tool as one side's lock file has it. */
export interface LockedTool {
  readonly version?: string | undefined;
  readonly resolved?: string | undefined;
  readonly integrity?: string | undefined;
  /** A folder in place of a package. */
  readonly link?: boolean | undefined;
}

/** How the two lock files differ in the tool that reviews, applies and rotates. Null: not there. */
export interface ToolChange {
  readonly name: string;
  readonly before: LockedTool | null;
  readonly after: LockedTool | null;
  /** Where the base's packages come from. Empty where its lock file leaves addresses out. */
  readonly origins: readonly string[];
  /** The changelog in the head's package; null where it could not be read. */
  readonly changelog: string | null;
}

/** The same, judged. */
export interface ReportedTool {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Null: a published version from where the base's came. */
  readonly risk: "high" | null;
  readonly reasons: readonly string[];
  /** What the changelog calls breaking between the two versions; null where that is not known. */
  readonly breaking: readonly string[] | null;
}

/** Rates a change of the tool. Whoever exchanges the tool decides every later report. */
export function judgeTool(change: ToolChange): ReportedTool {
  const { name, before, after, changelog } = change;
  const reasons = after === null ? ["the project would no longer install the tool"] : reasonsAgainst(after, change);
  const versions = { before: before && versionOf(before), after: after && versionOf(after) };
  const isUpgrade = before !== null && after !== null && before.version !== after.version;
  const breaking = isUpgrade ? breakingChanges(changelog ?? "", versionOf(before), versionOf(after)) : [];
  return { name, ...versions, risk: reasons.length > 0 ? "high" : null, reasons, breaking };
}

function reasonsAgainst(
  { version, resolved, integrity, link }: LockedTool,
  { name, before, origins }: ToolChange,
): readonly string[] {
  if (link === true) return ["it is a folder of the change, and no package"];
  const known = before?.resolved === undefined ? origins : [originOf(before.resolved)];
  const isPublished = /^\d+\.\d+\.\d+[\w.+-]*$/.test(version ?? "");
  const isOwnArchive = resolved === undefined || pathOf(resolved).endsWith(`/${name}/-/${name}-${version}.tgz`);
  const tests: readonly (readonly [isWrong: boolean, reason: string])[] = [
    [!integrity, "its lock file has no integrity for it, so its content may be anything"],
    [!isPublished || !isOwnArchive, "it is not the archive that a registry has for this name and version"],
    [resolved !== undefined && !known.includes(originOf(resolved)), "it comes from another origin than in the base"],
    [before?.version === version && before?.integrity !== integrity, "it is the same version with other content"],
  ];
  return tests.flatMap(([isWrong, reason]) => (isWrong ? [reason] : []));
}

function versionOf({ version }: LockedTool): string {
  return version ?? "no version";
}

/** Where an address leads; what is no web address has none, and equals no other. */
export function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : "";
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : "";
}

/** A dependency, or the tool, with both versions. */
export function dependencyPhrase({ name, before, after }: Pick<ReportedTool, "name" | "before" | "after">): Phrase {
  if (before === null) return phrase`${name}: new, ${after ?? "without a version"}`;
  return after === null ? phrase`${name}: ${before}, removed` : phrase`${name}: ${before} to ${after}`;
}

/** What a report says about it, line by line. */
export function toolPhrases(tool: ReportedTool): readonly Phrase[] {
  return [
    dependencyPhrase(tool),
    ...tool.reasons.map((reason): Phrase => [`high risk: ${reason}`]),
    ...breakingPhrases(tool),
  ];
}

function breakingPhrases({ before, after, breaking }: ReportedTool): readonly Phrase[] {
  if (before === null || after === null || before === after) return [];
  if (breaking === null) return [["What breaks between the two is not known here: read its changelog."]];
  if (breaking.length === 0) return [["Its changelog lists no breaking change between the two."]];
  return breaking.map((sentence): Phrase => ["breaking: ", { sentence }]);
}
