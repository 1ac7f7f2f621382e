import { type AccessChange, type DiffOptions, diffManifests, type GivenReasons, plainChange } from "../diff";
import { type AccessManifest, emptyManifest, manifestDigest, overallDigest } from "../manifest";
import { type Risk, riskLevels } from "../risk-levels";
import { judgeTool, type ReportedTool, type ToolChange } from "./tool";

/** One stack on both sides. Null: it does not exist there. */
export interface ComparedStack {
  readonly stack: string;
  /** The partner tenant's primary domain, for people. */
  readonly domain: string | null;
  readonly base: AccessManifest | null;
  readonly head: AccessManifest | null;
  /** Why the head revision wants what it wants. */
  readonly reasons?: GivenReasons | undefined;
}

/** A stack that could not be computed: nothing is known about it, least of all that nothing changed. */
export interface FailedStack {
  readonly stack: string;
  readonly message: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly change: "added" | "changed" | "removed";
  /** What is special about it, such as "a link" or another mode than before. */
  readonly note?: string;
}

/** One package whose version differs between the two lock files. Null: not there. */
export interface ChangedDependency {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What changed beside the manifests, and decides about access without showing in them. */
export interface Unjudged {
  readonly code: readonly ChangedFile[];
  readonly lockFiles: readonly ChangedFile[];
  /** Workflows that run with credentials. */
  readonly workflows: readonly ChangedFile[];
  readonly dependencies: readonly ChangedDependency[];
}

/** Everything a report is made of. */
export interface ReportInput {
  /** When the comparison was made; an older report never replaces a newer one. */
  readonly at: Date;
  /** The two revisions, as people know them. */
  readonly base: string;
  readonly head: string;
  readonly stacks: readonly ComparedStack[];
  readonly failed: readonly FailedStack[];
  readonly policyChanges: readonly AccessChange[];
  readonly unjudged: Unjudged;
  /** How the tool itself changes; left out where it does not. */
  readonly tool?: ToolChange | undefined;
  /** The least risk that makes the report not ok. Left out: any change does. */
  readonly failOn?: Risk | undefined;
  readonly apis?: DiffOptions["apis"];
}

/** One stack as the report tells it. */
export interface ReportedStack {
  readonly stack: string;
  readonly domain: string | null;
  readonly status: "added" | "removed" | "changed" | "unchanged";
  readonly digest: { readonly base: string | null; readonly head: string | null };
  readonly changes: readonly AccessChange[];
  /** What is this tenant's own and not a difference between tenants; grouping looks past it. */
  readonly own: OwnNames;
}

/** Names that every tenant has one of. */
export interface OwnNames {
  readonly reportingUser: string | null;
  readonly vault: string | null;
  readonly tenantIds: readonly string[];
  readonly displayName: string | null;
}

/** One value from which every form of the report is rendered. */
export interface AccessReport {
  readonly at: string;
  readonly base: string;
  readonly head: string;
  readonly stacks: readonly ReportedStack[];
  readonly failed: readonly FailedStack[];
  readonly policyChanges: readonly AccessChange[];
  readonly unjudged: Unjudged;
  /** A change of the tool itself; null where there is none. */
  readonly tool: ReportedTool | null;
  /** Over the head manifests of all stacks. */
  readonly digest: string;
  /** The highest risk of what is added or widened, and of another tool; null when nothing changed. */
  readonly highest: Risk | null;
  readonly isOk: boolean;
}

/** Compares and judges. Rendering decides nothing any more. */
export function buildReport(input: ReportInput): AccessReport {
  const stacks = input.stacks.map((stack) => reported(stack, input.apis)).sort(byName);
  const changes = [...stacks.flatMap((stack) => stack.changes), ...input.policyChanges];
  const tool = input.tool === undefined ? null : judgeTool(input.tool);
  const highest = higher(highestRisk(changes), tool?.risk ?? null);
  const isQuiet = highest === null || (input.failOn !== undefined && rank(highest) < rank(input.failOn));
  const heads = stacks.flatMap(({ stack, digest }) => (digest.head === null ? [] : [{ stack, digest: digest.head }]));
  return {
    at: input.at.toISOString(),
    base: input.base,
    head: input.head,
    stacks,
    failed: [...input.failed].sort(byName),
    policyChanges: input.policyChanges,
    unjudged: input.unjudged,
    tool,
    digest: overallDigest(heads),
    highest,
    isOk: isQuiet && input.failed.length === 0,
  };
}

/** The highest risk among changes; null when there are none. */
export function highestRisk(changes: readonly AccessChange[]): Risk | null {
  return changes.reduce<Risk | null>(
    (highest, { risk }) => (highest === null || rank(risk.level) > rank(highest) ? risk.level : highest),
    null,
  );
}

function higher(one: Risk | null, other: Risk | null): Risk | null {
  if (one === null || other === null) return one ?? other;
  return rank(one) < rank(other) ? other : one;
}

/** Position of a risk, low first. */
export function rank(risk: Risk): number {
  return riskLevels.indexOf(risk);
}

function reported({ stack, domain, base, head, reasons }: ComparedStack, apis: DiffOptions["apis"]): ReportedStack {
  const digest = { base: base && manifestDigest(base), head: head && manifestDigest(head) };
  const found = diffManifests(base ?? emptyManifest, head ?? emptyManifest, { apis, reasons });
  const isUntold = found.length === 0 && base !== null && head !== null && digest.base !== digest.head;
  const changes = isUntold ? [untold] : found;
  return {
    stack,
    domain,
    status: statusOf(base, head, changes),
    digest,
    changes,
    own: ownNames(base, head),
  };
}

/** The grants differ, but the comparison cannot describe how: silence would look like "nothing changed". */
const untold = plainChange({
  code: "unrecognised",
  direction: "changed",
  subject: { detail: "a difference that this report cannot describe" },
  risk: "high",
  because: "the two manifests differ, but the comparison cannot show where",
});

function statusOf(
  base: AccessManifest | null,
  head: AccessManifest | null,
  changes: readonly AccessChange[],
): ReportedStack["status"] {
  if (base === null && head !== null) return "added";
  if (base !== null && head === null) return "removed";
  return changes.length === 0 ? "unchanged" : "changed";
}

function ownNames(base: AccessManifest | null, head: AccessManifest | null): OwnNames {
  const sides = [base, head].filter((side) => side !== null);
  // A stack that moves to another tenant, user or vault shows their names: looking past them would hide the move.
  const isWhole = sides.length === 1;
  const users = sides.flatMap(({ granted, assignments }) => [
    ...granted.flatMap(({ consent }) => (consent?.for === "user" ? [consent.user] : [])),
    ...assignments.map(({ who }) => who),
  ]);
  const signIns = isWhole ? sides.flatMap((side) => side.signIns) : [];
  const ids = signIns.flatMap(({ tenantId, subscriptionId }) => [tenantId, subscriptionId]);
  return {
    reportingUser: onlyOne(users),
    vault: onlyOne(sides.flatMap(({ entries }) => entries.map(({ vault }) => vault))),
    tenantIds: [...new Set(ids.filter((id) => id !== null))],
    displayName: isWhole ? onlyOne(sides.flatMap((side) => side.applications.map((it) => it.displayName))) : null,
  };
}

function onlyOne(names: readonly string[]): string | null {
  const [only, another] = [...new Set(names)];
  return another === undefined && only !== undefined && only !== "" ? only : null;
}

function byName(one: { readonly stack: string }, other: { readonly stack: string }): number {
  return one.stack < other.stack ? -1 : one.stack > other.stack ? 1 : 0;
}
