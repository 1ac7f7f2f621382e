import type { PullRequest, PullRequestHost } from "../../clients/pull-requests/host";
import { type QueueRef, readQueueRef } from "../review/base";
import { CommandError, invalidOption } from "../shared/document";
import { type ReviewOutcome, reviewName, verdictOf } from "./review-outcome";

/** The turn of one pull request in a merge queue: what it was approved as, and what the queue would merge. */
export interface QueuedTurn extends QueueRef {
  readonly request: PullRequest;
}

/** Reads whose turn it is from the ref of the queue, which the service names itself. */
export async function readTurn(
  host: Pick<PullRequestHost, "service" | "readPullRequest">,
  ref: string,
  into: string | undefined,
): Promise<QueuedTurn> {
  const turn = readQueueRef(ref);
  if (turn === undefined) {
    throw invalidOption(
      `--queued must be the ref of a merge queue, gh-readonly-queue/BRANCH/pr-NUMBER-HASH, got ${JSON.stringify(ref.slice(0, 120))}`,
      "GitHub calls it github.event.merge_group.head_ref.",
    );
  }
  const request = await host.readPullRequest(turn.pullRequest);
  const branches = [turn.branch, request.baseBranch];
  if (into === undefined || branches.every((branch) => branch === into)) return { ...turn, request };
  throw new CommandError([
    {
      code: "no-pull-request",
      message: `the queue merges pull request ${turn.pullRequest} into ${branches.join(" and ")}, not into ${into}`,
      fix: "Only a merge into the branch named with --into is reviewed.",
    },
  ]);
}

/** Why a queued commit is not what was approved; undefined when it is. */
export type QueueProblem = "not-what-was-approved" | "queued-behind-another";

/**
 * Writes the check of a queued commit: green where the queue would merge exactly what the pull request was approved as. Another change
 * ahead of it is not merged yet, so its code must not judge anything here: a queue has to build one pull request at a time.
 */
export async function judgeQueued(
  host: Pick<PullRequestHost, "readVerdict" | "writeVerdict">,
  { request, before }: QueuedTurn,
  { commit, base }: { readonly commit: string; readonly base: string },
  outcome: ReviewOutcome,
): Promise<QueueProblem | undefined> {
  const approved = await host.readVerdict(request, reviewName);
  const verdict = verdictOf(outcome, commit);
  const isSame = approved?.isComplete === true && approved.digest === verdict.digest && verdict.isComplete;
  const problem = base !== before ? "queued-behind-another" : isSame ? undefined : "not-what-was-approved";
  const where = `pull request ${request.number}`;
  const titles = {
    "queued-behind-another": `another change is ahead of ${where}: let the queue build one at a time`,
    "not-what-was-approved": `not what ${where} was approved as: review it again`,
  };
  const title = problem === undefined ? `as approved in ${where}` : titles[problem];
  await host.writeVerdict(request.number, { ...verdict, isComplete: problem === undefined, title });
  return problem;
}
