import type { IGitApi } from "azure-devops-node-api/GitApi";
import {
  CommentThreadStatus,
  CommentType,
  type GitPullRequest,
  GitPullRequestQueryType,
  GitStatusState,
  GitVersionType,
  PullRequestStatus,
} from "azure-devops-node-api/interfaces/GitInterfaces";
import { LayerConnection } from "./azure-devops-connection";
import { type Ask, asking } from "./azure-devops-errors";
import { workItems } from "./azure-devops-work-items";
import type { PostedComment, PullRequest, PullRequestHost, TicketHost, Verdict } from "./host";
import type { Patience } from "./host-errors";

export interface AzureDevOpsOptions extends Patience {
  /** `SYSTEM_COLLECTIONURI`, for example https://dev.azure.com/fabrikam/. */
  readonly collectionUri: string;
  /** `SYSTEM_TEAMPROJECT`. */
  readonly project: string;
  /** `BUILD_REPOSITORY_ID`. */
  readonly repositoryId: string;
  /** `SYSTEM_ACCESSTOKEN`. */
  readonly token: string;
}

interface Repository {
  readonly git: IGitApi;
  readonly ask: Ask;
  readonly id: string;
  readonly project: string;
  /** Who the token acts as. */
  readonly me: string;
}

const perPage = 100;
const genre = "partner-access";
const digest = /\bsha256:[0-9a-f]{64}\b/;

/** Azure Repos' pull requests through azure-devops-node-api: pages followed, rate limits waited for. */
export async function openAzureDevOps(options: AzureDevOpsOptions): Promise<PullRequestHost & TicketHost> {
  const { collectionUri, project, repositoryId, token, ...patience } = options;
  const api = new LayerConnection(collectionUri, token, patience);
  const ask = asking(patience);
  const { authenticatedUser } = await ask("who the token acts as", true, () => api.connect());
  const git = await ask("the addresses of the Git services", true, () => api.getGitApi());
  const repository: Repository = { git, ask, id: repositoryId, project, me: authenticatedUser?.id ?? "" };
  const tracking = () => ask("the addresses of the work item services", true, () => api.getWorkItemTrackingApi());
  return {
    service: "Azure DevOps",
    ...pullRequests(repository),
    ...threads(repository),
    ...statuses(repository),
    ...workItems(tracking, ask, project),
  };
}

function pullRequests({ git, ask, id, project }: Repository) {
  const mergedWith = async (commit: string, type: GitPullRequestQueryType): Promise<readonly PullRequest[]> => {
    const { results = [] } = await ask("find the pull request of a merge", true, () =>
      git.getPullRequestQuery({ queries: [{ type, items: [commit] }] }, id, project),
    );
    const found = results.flatMap((byCommit) => Object.values(byCommit).flat());
    // The library turns no names into numbers inside this answer.
    const isCompleted = (status: unknown) => status === PullRequestStatus.Completed || status === "completed";
    return found.filter(({ status }) => isCompleted(status)).map(readPullRequest);
  };
  return {
    async findByHead(commit: string): Promise<readonly PullRequest[]> {
      const found: GitPullRequest[] = [];
      for (let page: GitPullRequest[] | undefined; page === undefined || page.length === perPage; ) {
        const active = { status: PullRequestStatus.Active };
        const skip: number = found.length;
        page = await ask("list the open pull requests", true, () =>
          git.getPullRequests(id, active, project, undefined, skip, perPage),
        );
        found.push(...page);
      }
      // A pipeline that runs for a pull request runs on the trial merge, and knows that commit only.
      const commits = (it: GitPullRequest) => [it.lastMergeSourceCommit?.commitId, it.lastMergeCommit?.commitId];
      return found.filter((it) => commits(it).includes(commit)).map(readPullRequest);
    },
    async readPullRequest(number: number): Promise<PullRequest> {
      return readPullRequest(await ask("read a pull request", true, () => git.getPullRequest(id, number, project)));
    },
    findByMerge: (commit: string) => mergedWith(commit, GitPullRequestQueryType.LastMergeCommit),
    async hasBrought({ number }: PullRequest, commit: string): Promise<boolean> {
      return (await mergedWith(commit, GitPullRequestQueryType.Commit)).some((it) => it.number === number);
    },
    async defaultBranch(): Promise<string> {
      const { defaultBranch } = await ask("read the repository", true, () => git.getRepository(id, project));
      return branchName(defaultBranch);
    },
    async isOnBranch(branch: string, commit: string): Promise<boolean> {
      const from = { version: branch, versionType: GitVersionType.Branch };
      const to = { version: commit, versionType: GitVersionType.Commit };
      const { commonCommit } = await ask("compare a commit with the default branch", true, () =>
        git.getCommitDiffs(id, project, true, 1, 0, from, to),
      );
      return commonCommit === commit;
    },
  };
}

function branchName(ref: string | undefined): string {
  return (ref ?? "").replace(/^refs\/heads\//, "");
}

function readPullRequest({ pullRequestId, lastMergeSourceCommit, targetRefName }: GitPullRequest): PullRequest {
  return {
    number: pullRequestId ?? 0,
    headCommit: lastMergeSourceCommit?.commitId ?? "",
    baseBranch: branchName(targetRefName),
  };
}

function threads({ git, ask, id, project, me }: Repository) {
  const stateOf = (isNews: boolean) => (isNews ? CommentThreadStatus.Active : CommentThreadStatus.Closed);
  return {
    async readComments(number: number): Promise<readonly PostedComment[]> {
      // This list knows no pages.
      const all = await ask("list the threads of the pull request", true, () => git.getThreads(id, number, project));
      return all.flatMap(({ id: thread, comments, isDeleted }) => {
        const first = comments?.[0];
        if (thread === undefined || first === undefined || isDeleted === true) return [];
        const isOurs = me !== "" && first.author?.id === me && first.isDeleted !== true;
        return [{ id: `${thread}/${first.id ?? 1}`, isOurs, text: first.content ?? "" }];
      });
    },
    async createComment(number: number, text: string, isNews: boolean): Promise<void> {
      const comments = [{ parentCommentId: 0, content: text, commentType: CommentType.Text }];
      await ask("open a thread", false, () =>
        git.createThread({ comments, status: stateOf(isNews) }, id, number, project),
      );
    },
    async updateComment(number: number, place: string, text: string, isNews: boolean): Promise<void> {
      const [thread = 0, comment = 0] = place.split("/").map(Number);
      await ask("rewrite the comment of the thread", true, () =>
        git.updateComment({ content: text }, id, number, thread, comment, project),
      );
      await ask("set the state of the thread", true, () =>
        git.updateThread({ status: stateOf(isNews) }, id, number, thread, project),
      );
    },
  };
}

function statuses({ git, ask, id, project, me }: Repository) {
  const iterationOf = async (number: number, commit: string) => {
    const all = await ask("list the pushes to the pull request", true, () =>
      git.getPullRequestIterations(id, number, project),
    );
    return all.filter(({ sourceRefCommit }) => sourceRefCommit?.commitId === commit).at(-1)?.id;
  };
  return {
    async writeVerdict(number: number, { name, commit, isComplete, title, digest: approval }: Verdict): Promise<void> {
      const iterationId = await iterationOf(number, commit);
      const status = {
        context: { genre, name },
        state: isComplete ? GitStatusState.Succeeded : GitStatusState.Failed,
        // A status has one line: the digest, without which nothing can be applied, comes first.
        description: `${approval} ${title}`,
        // Without the number a later push would keep the status of an earlier one.
        ...(iterationId !== undefined && { iterationId }),
      };
      await ask("write the status", false, () => git.createPullRequestStatus(status, id, number, project));
    },
    async readVerdict({ number, headCommit }: PullRequest, name: string) {
      const iteration = await iterationOf(number, headCommit);
      const all = await ask("list the statuses of the pull request", true, () =>
        git.getPullRequestStatuses(id, number, project),
      );
      const ours = all.filter(
        ({ context, iterationId, createdBy }) =>
          context?.genre === genre && context.name === name && iterationId === iteration && createdBy?.id === me,
      );
      const newest = ours.sort((one, other) => (other.id ?? 0) - (one.id ?? 0))[0];
      if (newest === undefined || iteration === undefined) return undefined;
      const isComplete = newest.state === GitStatusState.Succeeded;
      return { digest: digest.exec(newest.description ?? "")?.[0], isComplete };
    },
  };
}
