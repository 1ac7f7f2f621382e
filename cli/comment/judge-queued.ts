import type { PullRequest, PullRequestHost } from "../../clients/pull-requests/host";
import { CommandError, invalidOption } from "../document";
import { type QueueRef, readQueueRef } from "../review/base";
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

/**
 * Writes the check of a queued commit: green where the queue would merge exactly what the pull request was approved as. Another change
 * ahead of it in the queue may have made something else of it, which nobody has seen.
 */
export async function judgeQueued(
  host: Pick<PullRequestHost, "readVerdict" | "writeVerdict">,
  { request }: QueuedTurn,
  commit: string,
  outcome: ReviewOutcome,
): Promise<boolean> {
  const approved = await host.readVerdict(request, reviewName);
  const verdict = verdictOf(outcome, commit);
  const isApproved = approved?.isComplete === true && approved.digest === verdict.digest && verdict.isComplete;
  const where = `pull request ${request.number}`;
  const title = isApproved ? `as approved in ${where}` : `not what ${where} was approved as: review it again`;
  await host.writeVerdict(request.number, { ...verdict, isComplete: isApproved, title });
  return isApproved;
}
