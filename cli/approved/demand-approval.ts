import type { PullRequest, PullRequestHost } from "../../clients/pull-requests/host";
import { reviewName } from "../comment/review-outcome";
import { CommandError } from "../shared/document";

/**
 * Refuses unless the review of a pull request approved exactly this. The digest comes from the check run or status, never from a comment,
 * which many may edit. It belongs to the head of the pull request: what a squash or a rebase wrote instead has other hashes, and must grant the same.
 */
export async function demandApproval(
  host: Pick<PullRequestHost, "readVerdict">,
  pullRequest: PullRequest,
  digest: string,
): Promise<void> {
  const verdict = await host.readVerdict(pullRequest, reviewName);
  const where = `pull request ${pullRequest.number}`;
  if (verdict?.digest === undefined) {
    throw refused(
      "no-review",
      `${where} has no check ${reviewName} of ${pullRequest.headCommit} that was written by this project's own review`,
      "Open a pull request with the same change; the review must have ended before the merge. Where the merge rewrites the source branch (a rebase " +
        "on Azure DevOps), nobody reviewed what it wrote: complete with a merge or a squash.",
    );
  }
  if (!verdict.isComplete) {
    throw refused(
      "incomplete-review",
      `the review of ${where} could not compare every stack`,
      "Fix what its comment reports in another pull request.",
    );
  }
  if (verdict.digest !== digest) {
    throw refused(
      "not-what-was-approved",
      `${where} was approved as ${verdict.digest}, and its merge grants ${digest}`,
      "Another merge changed the same stacks in the meantime: review the difference in another pull request.",
    );
  }
}

function refused(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
