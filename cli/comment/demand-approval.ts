import type { PullRequestHost } from "../../clients/pull-requests/host";
import { CommandError } from "../document";
import { reviewName } from "./review-outcome";

/**
 * The pull request whose merge made a commit, if its review approved exactly this. The digest comes from the check run or status,
 * never from a comment, which many may edit.
 */
export async function demandApproval(host: PullRequestHost, commit: string, digest: string): Promise<number> {
  const [only, another] = await host.findByMerge(commit);
  if (only === undefined || another !== undefined) {
    throw refused(
      "no-review",
      `${commit} is not the merge of one pull request, so nobody has approved what it grants`,
      "Make the change through a pull request, or run `partner-access up -s STACK` as a person with that right.",
    );
  }
  const verdict = await host.readVerdict(only, reviewName);
  const where = `pull request ${only.number}`;
  if (verdict?.digest === undefined) {
    throw refused(
      "no-review",
      `${where} has no check ${reviewName} of ${only.headCommit} that was written by this project's own review`,
      "Open a pull request with the same change; the review must have ended before the merge.",
    );
  }
  if (!verdict.isComplete) {
    throw refused(
      "incomplete-review",
      `the review of ${where} could not tell about every stack`,
      "Mend what its comment reports, in another pull request.",
    );
  }
  if (verdict.digest !== digest) {
    throw refused(
      "not-what-was-approved",
      `${where} was approved as ${verdict.digest}, and its merge grants ${digest}`,
      "Something else was merged meanwhile that changes the same stacks: review the difference in another pull request.",
    );
  }
  return only.number;
}

function refused(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
