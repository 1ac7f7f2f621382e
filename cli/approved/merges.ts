import type { GitCheckout } from "../../clients/git";
import type { PullRequest, PullRequestHost } from "../../clients/pull-requests/host";
import { anyStack, commandLine, counted } from "../../model/command-line";
import { CommandError } from "../shared/document";

/** What one merge made of the default branch. */
export interface Merge {
  readonly pullRequest: PullRequest;
  /** What the branch was before it. */
  readonly base: string;
  /** The merge or the squash, or the last of the commits that a rebase wrote. */
  readonly commit: string;
}

export interface MergedRange {
  readonly commit: string;
  /** What the branch was before the push; found out from the merge itself when undefined. */
  readonly base: string | undefined;
}

type History = Pick<GitCheckout, "firstParents" | "commitOf">;
type Reader = Pick<PullRequestHost, "service" | "findByMerge" | "hasBrought" | "defaultBranch" | "isOnBranch">;

/** A rebase of more commits than any service takes. */
const mostCommits = 500;

/**
 * The merges that a range of the default branch consists of, oldest first. A push holds several where a merge queue moved the branch past
 * more than one pull request. A commit that the default branch does not contain was not merged, so it has none.
 */
export async function findMerges(
  host: Reader,
  history: History,
  { commit, base }: MergedRange,
): Promise<readonly Merge[]> {
  const branch = await host.defaultBranch();
  if (!(await host.isOnBranch(branch, commit))) throw notMerged(commit, branch, host.service);
  const newest = await onlyMerge(host, commit, branch);
  const before = base ?? (await beforeMerge(host, history, newest, commit));
  const commits = await commitsBetween(history, before, commit);
  const merges: Merge[] = [];
  let start = before;
  for (const each of commits) {
    const pullRequest = each === commit ? newest : await mergeInto(host, each, branch);
    if (pullRequest === undefined) continue;
    merges.push({ pullRequest, base: start, commit: each });
    start = each;
  }
  return merges;
}

/** The one pull request whose merge into the default branch made a commit; undefined when there is none, or it went elsewhere. */
async function mergeInto(host: Reader, commit: string, branch: string): Promise<PullRequest | undefined> {
  const found = (await host.findByMerge(commit)).filter(({ baseBranch }) => baseBranch === branch);
  return found.length === 1 ? found[0] : undefined;
}

async function onlyMerge(host: Reader, commit: string, branch: string): Promise<PullRequest> {
  const found = await mergeInto(host, commit, branch);
  if (found !== undefined) return found;
  throw refused(
    "no-review",
    `${commit} is not the merge of one pull request into ${branch}, so what it grants was not approved`,
    `Make the change through a pull request, or as a person with that right: ${commandLine("up", "-s", anyStack)}`,
  );
}

/** A rebase writes as many commits as the pull request had: the branch before it is the first one that it did not bring. */
async function beforeMerge(host: Reader, history: History, pull: PullRequest, commit: string): Promise<string> {
  let before = commit;
  for (let count = 0; count < mostCommits; count += 1) {
    before = await parentOf(history, before);
    if (!(await host.hasBrought(pull, before))) return before;
  }
  throw refused(
    "unknown-base",
    `pull request ${pull.number} brought more than ${counted(mostCommits, "commit")}, so the commit before it cannot be determined`,
    "Name it with --base.",
  );
}

async function commitsBetween(history: History, before: string, commit: string): Promise<readonly string[]> {
  const commits = await history.firstParents(before, commit);
  const [first] = commits;
  if (first !== undefined && (await parentOf(history, first)) === before) return commits;
  throw refused(
    "unknown-base",
    `${before} is not what the branch was before ${commit}: it is not among the first parents of that commit`,
    "Name a commit of the same branch with --base, or leave --base out.",
  );
}

async function parentOf(history: History, commit: string): Promise<string> {
  const found = await history.commitOf(`${commit}^1`);
  if ("commit" in found) return found.commit;
  throw refused(
    "unknown-base",
    `git does not know the parent of ${commit}: ${found.reason}`,
    "Fetch the whole history (fetch-depth: 0 on GitHub, fetchDepth: 0 on Azure DevOps).",
  );
}

function notMerged(commit: string, branch: string, service: string): CommandError {
  return refused(
    "not-merged",
    `${commit} is not on ${branch}, the default branch, as ${service} has it: it was not merged, so it must not be applied`,
    "Merge it through a pull request, and name the commit that the merge created.",
  );
}

function refused(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
