import type { RecordedStack } from "../../components/partner-access/recording/recorded-stack";
import { readCatalogFile } from "../../configuration/catalog-file";
import { type FileContent, readProjectSettings, readStackSettings } from "../../configuration/file-settings";
import { readPolicyFile } from "../../configuration/policy-file";
import type { AccessPolicy } from "../../permissions/access-policy";
import { diffPolicies, type GivenReasons } from "../../permissions/diff";
import type { ManifestSetting } from "../../permissions/manifest";
import {
  type AccessReport,
  buildReport,
  type ComparedStack,
  type FailedStack,
  renderJson,
  renderMarkdown,
  renderTerminal,
  type ToolChange,
  type Unjudged,
} from "../../permissions/report";
import type { Risk } from "../../permissions/risk-levels";
import { ratedApis } from "./rated-apis";
import { reviewedManifest } from "./reviewed-manifest";

/** The form of a case. The judge is the base's, and the command that asks it may be of another version. */
export const caseSchema = "partner-access/case/1";

/** The judge's input: data of both revisions, and no code. */
export interface Case {
  readonly at: string;
  readonly base: Side;
  readonly head: Side;
  readonly unjudged: Unjudged;
  /** How the tool itself differs, where it does. */
  readonly tool?: ToolChange | undefined;
  /** Stacks that were not computed, because neither their file nor anything they share differs. */
  readonly untouched?: readonly string[] | undefined;
  readonly failOn?: Risk | undefined;
  readonly hasColour: boolean;
}

export interface Side {
  readonly name: string;
  readonly stacks: readonly RecordedStack[];
  /** `Pulumi.yaml`, and the file of each stack above that has one. */
  readonly projectFile: FileContent | undefined;
  readonly stackFiles: Readonly<Record<string, FileContent>>;
  /** The text of `access-policy.yaml`; undefined without one. */
  readonly policyText: string | undefined;
  /** The text of `api-catalog.yaml`; undefined without one. */
  readonly catalogText?: string | undefined;
}

/** The report in every form. */
export interface Judgement {
  readonly isOk: boolean;
  readonly terminal: string;
  readonly markdown: string;
  readonly json: string;
}

/** Builds both manifests of every stack, compares them and writes the report. */
export function judge(it: Case): Judgement {
  const apis = ratedApis(readCatalogFile(it.base.catalogText).apis, readCatalogFile(it.head.catalogText).apis);
  const policies = {
    base: readPolicyFile(it.base.policyText, apis).policy,
    head: readPolicyFile(it.head.policyText, apis).policy,
  };
  const [before, after] = [byStack(it.base), byStack(it.head)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const results = names.map((stack) =>
    compared(stack, it.base.name, [before.get(stack), after.get(stack)], policies.head),
  );
  const report = buildReport({
    at: new Date(it.at),
    base: it.base.name,
    head: it.head.name,
    stacks: [...results.flatMap((result) => ("problem" in result ? [] : [result])), ...(it.untouched ?? []).map(equal)],
    failed: results.flatMap((result) => ("problem" in result ? [failedStack(result)] : [])),
    policyChanges: diffPolicies(policies.base, policies.head, { apis }),
    apis,
    unjudged: it.unjudged,
    tool: it.tool,
    failOn: it.failOn,
  });
  return { isOk: report.isOk, ...rendered(report, it.hasColour) };
}

function rendered(report: AccessReport, hasColour: boolean): Omit<Judgement, "isOk"> {
  return {
    terminal: renderTerminal(report, { hasColour }),
    markdown: renderMarkdown(report, { review: "partner-insights-access" }),
    json: renderJson(report),
  };
}

/** Nothing to compare, and nothing that could differ. */
function equal(stack: string): ComparedStack {
  return { stack, domain: null, base: null, head: null };
}

type Failed = { readonly stack: string; readonly problem: string };

/** A stack of one side, with what its files say beside its program. */
interface SideStack {
  readonly recorded: RecordedStack;
  /** Read here: the program that they came with could have changed its mind. */
  readonly settings: readonly ManifestSetting[];
}

function byStack({ stacks, projectFile, stackFiles }: Side): ReadonlyMap<string, SideStack> {
  const project = projectFile === undefined ? [] : readProjectSettings(projectFile.kind, projectFile.content);
  return new Map(
    stacks.map((recorded) => {
      const file = stackFiles[recorded.stack];
      const own = file === undefined ? [] : readStackSettings(file.kind, file.content);
      return [recorded.stack, { recorded, settings: [...own, ...project] }];
    }),
  );
}

type Sides = readonly [before: SideStack | undefined, after: SideStack | undefined];

function compared(
  stack: string,
  baseName: string,
  [baseSide, headSide]: Sides,
  policy: AccessPolicy,
): ComparedStack | Failed {
  const [before, after] = [baseSide?.recorded, headSide?.recorded];
  if (before !== undefined && "problem" in before) return { stack, problem: `at ${baseName}: ${before.problem}` };
  if (after !== undefined && "problem" in after) return { stack, problem: after.problem };
  try {
    return {
      stack,
      domain: after?.domain ?? before?.domain ?? null,
      base: before === undefined ? null : reviewedManifest(before, baseSide?.settings ?? []),
      head: after === undefined ? null : reviewedManifest(after, headSide?.settings ?? []),
      reasons: after && withReaders(after.reasons, policy),
    };
  } catch (error) {
    return { stack, problem: error instanceof Error ? error.message : String(error) };
  }
}

function withReaders(reasons: GivenReasons, { readers }: AccessPolicy): GivenReasons {
  return { ...reasons, readers: readers.map(({ principalId, reason }) => ({ principalId, reason })) };
}

/** On one line: a report spells out a line's end, as anything else that would let a text look like the report itself. */
function failedStack({ stack, problem }: Failed): FailedStack {
  return { stack, message: problem.replace(/\s*\n\s*/g, " ") };
}
