import { join } from "node:path";
import type { RecordedStack } from "../../components/partner-access/recording/recorded-stack";
import { stackFileName } from "../../configuration/project-files";
import { terminalSentence } from "../../permissions/report/escape";
import type { Risk } from "../../permissions/risk-levels";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { ownJudge } from "../shared/own-package";
import { changedDependencies } from "./changed-dependencies";
import { changedFiles, unjudgedFiles } from "./changed-files";
import { contentOf, type FileEntries, readEntries } from "./file-entries";
import { type Case, caseSchema, type Judgement, type Side } from "./judgement";
import { planRecording } from "./plan-recording";
import { runQuietly } from "./quiet-process";
import { readRecords } from "./read-records";
import { codeIn } from "./revision-code";
import type { Revision, Revisions } from "./revisions";
import { toolBetween } from "./tool-between";

export interface ReviewOptions {
  /** One stack only; all when left out. */
  readonly stack: string | undefined;
  readonly failOn: Risk | undefined;
  readonly hasColour: boolean;
  readonly at: Date;
}

/** Records both revisions, each by its own code, and has the base's code compare them. */
export async function review(
  revisions: Revisions,
  options: ReviewOptions,
  context: CommandContext,
): Promise<Judgement> {
  const read = ({ directory, files, staged }: Revision) => readEntries(directory, files, staged);
  const [base, head] = [read(revisions.base), read(revisions.head)];
  const changed = changedFiles(base, head);
  const plan = planRecording(
    base,
    head,
    changed.map(({ path }) => path),
    options.stack,
  );
  const { signal } = context;
  const [before, after] = await Promise.all([
    recordSide(revisions.base, plan.base, signal),
    recordSide(revisions.head, plan.head, signal),
  ]);
  const isSame = new Set(plan.same);
  const same = after.filter(({ stack }) => isSame.has(stack));
  return judged(revisions, context, {
    at: options.at.toISOString(),
    base: side(revisions.base.name, [...before, ...same], base),
    head: side(revisions.head.name, after, head),
    unjudged: { ...unjudgedFiles(changed), dependencies: changedDependencies(lockText(base), lockText(head)) },
    tool: await toolBetween(lockText(base), lockText(head), async () => join(revisions.head.directory, "node_modules")),
    untouched: plan.untouched,
    failOn: options.failOn,
    hasColour: options.hasColour,
  });
}

/** What a revision's programs declare; where they cannot be run, the reason for each. */
export async function recordSide(
  { directory, problem }: Pick<Revision, "directory" | "problem">,
  stacks: readonly string[],
  signal: AbortSignal,
): Promise<readonly RecordedStack[]> {
  if (problem !== undefined) return stacks.map((stack) => ({ stack, problem }));
  return stacks.length === 0 ? [] : readRecords(stacks, { directory, signal });
}

/** The base's own judge; that of the running command where the base is from before reviews. */
function judgeOf(base: string): { readonly preloads: readonly string[]; readonly judge: string } {
  const own = codeIn(base);
  return own?.judge === undefined ? ownJudge : { preloads: own.preloads, judge: own.judge };
}

/** Has the base's code compare and report. */
export async function judged(
  revisions: { readonly base: { readonly directory: string } },
  { signal }: CommandContext,
  given: Case,
): Promise<Judgement> {
  const { directory: base } = revisions.base;
  const { preloads, judge } = judgeOf(base);
  const program = { directory: base, preloads, entry: judge, signal };
  const { answer, isOk, end } = await runQuietly(program, { schema: caseSchema, ...given });
  if (isOk && answer !== "") return JSON.parse(answer) as Judgement;
  throw new CommandError([
    {
      code: "judge-failed",
      // What it stumbled over may be a text of the change.
      message: `the comparison ${terminalSentence(end)}`,
      fix: "Compare with a later --base if its code cannot read these records.",
    },
  ]);
}

function side(name: string, stacks: readonly RecordedStack[], files: FileEntries): Side {
  const textOf = (path: string) => files.get(path)?.content.toString("utf8");
  return {
    name,
    stacks,
    projectFile: contentOf(files.get("Pulumi.yaml")),
    stackFiles: Object.fromEntries(
      stacks.flatMap(({ stack }) => {
        const content = contentOf(files.get(stackFileName(stack)));
        return content === undefined ? [] : [[stack, content]];
      }),
    ),
    policyText: textOf("access-policy.yaml"),
    catalogText: textOf("api-catalog.yaml"),
  };
}

function lockText(files: FileEntries): string | undefined {
  return files.get("package-lock.json")?.content.toString("utf8");
}
