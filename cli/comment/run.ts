import { resolve } from "node:path";
import { openCheckout } from "../../clients/git";
import { commandLine } from "../../model/command-line";
import { safeJson, terminalName } from "../../permissions/report/escape";
import { withRunMark } from "../../permissions/report/marks";
import { mergeBaseOf, type QueueRef, targetBranch } from "../review/base";
import type { Judgement } from "../review/judgement";
import { review } from "../review/review";
import { reviewRecords } from "../review/review-records";
import { openRevisions } from "../review/revisions";
import type { CommandContext, CommandRunner } from "../shared/command";
import { type Document, invalidOption, type Problem } from "../shared/document";
import { type Host, openHost, runNumber } from "../shared/open-host";
import { createProgress } from "../shared/progress";
import type { CommentCommandOptions } from "./declaration";
import { judgeQueued, type QueueProblem, readTurn } from "./judge-queued";
import { findPullRequest, postComment } from "./post-comment";
import { outcomeOf, verdictOf } from "./review-outcome";

interface CommentDocument
  extends Document<{ readonly stack: string; readonly status: string; readonly digest: string | null }> {
  readonly pullRequest?: number;
  readonly outcome?: string;
  readonly digest?: string;
}

/** `partner-access comment`: the report of a change, as one comment on its pull request. */
export const runComment: CommandRunner<CommentCommandOptions> = async (options, context) => {
  const commit = demandCommit(options.headCommit);
  const run = runNumber(options.run, context.env);
  const host = await openHost(context, options.author);
  const queued = options.queued;
  if (queued !== undefined) return checkQueued(host, { commit, ref: queued }, options, context);
  const progress = createProgress(context);
  progress.update(`looking for the pull request of ${commit} on ${host.service}`);
  const pullRequest = await findPullRequest(host, commit, options.into);
  progress.update("reading both revisions");
  const judgement = await judgementOf(pullRequest.headCommit, options, context);
  const found = outcomeOf(judgement);
  const text = withRunMark(judgement.markdown, { run, commit: pullRequest.headCommit });
  const outcome = await postComment(host, pullRequest, text, !judgement.isOk);
  // An older run has nothing to say about what may be applied.
  if (options.check && outcome !== "newer-exists") {
    await host.writeVerdict(pullRequest.number, verdictOf(found, pullRequest.headCommit));
  }
  progress.done();
  const problems = problemsOf(found.failed, outcome);
  const { number } = pullRequest;
  const document: CommentDocument = {
    schema: "partner-access/comment/1",
    ok: problems.length === 0,
    stacks: found.stacks,
    pullRequest: number,
    outcome,
    digest: found.approval.digest,
    problems,
  };
  printResult(document, options, context);
  return problems.length === 0 ? 0 : 1;
};

/** A merge queue waits for the same check of its own commit. There is nothing to comment on: the pull request was reviewed before. */
async function checkQueued(
  host: Host,
  { commit, ref }: { readonly commit: string; readonly ref: string },
  options: CommentCommandOptions,
  context: CommandContext,
): Promise<0 | 1> {
  const turn = await readTurn(host, ref, options.into);
  const checkout = openCheckout(headDirectoryOf(options, context), context.env);
  const branch = options.base ?? (await targetBranch(checkout, context.env));
  const base = await mergeBaseOf(checkout, branch, commit);
  const found = outcomeOf(await judgementOf(commit, options, context));
  const problem = await judgeQueued(host, turn, { commit, base: base.commit }, found);
  const problems = [...problemsOf(found.failed, ""), ...(problem === undefined ? [] : [queueProblem(problem, turn)])];
  const document: CommentDocument = {
    schema: "partner-access/comment/1",
    ok: problems.length === 0,
    stacks: found.stacks,
    pullRequest: turn.pullRequest,
    outcome: problem === undefined ? "as-approved" : "not-as-approved",
    digest: found.approval.digest,
    problems,
  };
  printResult(document, options, context);
  return problem === undefined ? 0 : 1;
}

function queueProblem(code: QueueProblem, { pullRequest }: QueueRef): Problem {
  if (code === "queued-behind-another") {
    return {
      code,
      message: `another change is ahead of pull request ${pullRequest} in the merge queue, and not merged yet`,
      fix: "Let the queue build and merge one pull request at a time (build concurrency 1, group size 1).",
    };
  }
  return {
    code,
    message: `the queue would merge something other than what was approved in pull request ${pullRequest} was approved as`,
    fix: "A later merge changed the same stacks. Update the branch and have it reviewed again.",
  };
}

/** From another job's records, or by running both revisions here. */
async function judgementOf(
  headCommit: string,
  options: CommentCommandOptions,
  context: CommandContext,
): Promise<Judgement> {
  const [records, head, base] = [options.records, options.head, options.base];
  const headDirectory = headDirectoryOf(options, context);
  const at = new Date();
  if (records !== undefined) {
    const recordsFile = resolve(context.workingDirectory, records);
    return reviewRecords({ base, headDirectory, headCommit, recordsFile, at }, context);
  }
  const revisions = await openRevisions({ base, head: head && headDirectory }, context);
  try {
    return await review(revisions, { stack: undefined, failOn: undefined, hasColour: false, at }, context);
  } finally {
    await revisions.remove();
  }
}

function headDirectoryOf(
  options: CommentCommandOptions,
  { workingDirectory, projectDirectory }: CommandContext,
): string {
  const head = options.head;
  return head === undefined ? projectDirectory : resolve(workingDirectory, head);
}

function problemsOf(failed: readonly string[], outcome: string): readonly Problem[] {
  return [
    ...failed.map((stack) => ({
      code: "stack-not-compared",
      // A stack is named by a file of the change.
      message: `${terminalName(stack)} could not be compared; the comment says why`,
      fix: `See why: ${commandLine("diff", "-s", stack)}`,
    })),
    ...(outcome === "newer-exists"
      ? [
          {
            code: "newer-comment",
            message: "the pull request has the comment of a newer run, which was not changed",
            fix: "Nothing to do: this run is out of date.",
          },
        ]
      : []),
  ];
}

function printResult(document: CommentDocument, options: CommentCommandOptions, { stdout }: CommandContext): void {
  if (options.json) {
    stdout.write(`${safeJson(document)}\n`);
    return;
  }
  stdout.write(`pull request ${document.pullRequest}: comment ${document.outcome}\n`);
  for (const { message, fix } of document.problems) stdout.write(`  - ${message}\n    ${fix}\n`);
}

function demandCommit(value: string): string {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) return value;
  throw invalidOption(
    `--head-commit must be a full hash of 40 or 64 digits, got ${JSON.stringify(value)}`,
    "GitHub calls it github.event.workflow_run.head_sha.",
  );
}
