import { Octokit } from "@octokit/rest";
import { layerFetch } from "../http/layer-fetch";
import { gitHubHelp } from "./github-errors";
import type {
  PostedComment,
  PullRequest,
  PullRequestHost,
  Ticket,
  TicketContent,
  TicketHost,
  TicketText,
  Verdict,
} from "./host";
import { askHost, type Patience } from "./host-errors";

export interface GitHubOptions extends Patience {
  /** `GITHUB_API_URL`: https://api.github.com, or a server of one's own. */
  readonly apiUrl: string;
  /** `GITHUB_REPOSITORY`: owner/name. */
  readonly repository: string;
  readonly token: string;
  /** Who the token writes as; a workflow's own token is `github-actions[bot]`. */
  readonly author: string;
}

interface Connection {
  readonly octokit: Octokit;
  readonly where: { readonly owner: string; readonly repo: string };
  readonly author: string;
}

const service = "GitHub";
const LONGEST_ANSWER_MS = 60_000;
const perPage = 100;
/** The digest's own line in a check run, written by us alone: everything else there is cut or escaped. */
const digestLine = /^partner-access approval (sha256:[0-9a-f]{64})$/m;

/** GitHub's pull requests through @octokit/rest: pages followed, rate limits waited for. */
export function openGitHub(options: GitHubOptions): PullRequestHost & TicketHost {
  const connection = connect(options);
  return { service, ...pullRequests(connection), ...verdicts(connection), ...tickets(connection) };
}

function connect({ apiUrl, repository, token, author, ...patience }: GitHubOptions): Connection {
  const [owner = "", repo = ""] = repository.split("/");
  const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const { origin } = new URL(apiUrl);
  const isOurs = (url: URL) => url.origin === origin;
  const request = { fetch: layerFetch({ service, isOurs, longestAnswerMs: LONGEST_ANSWER_MS }, patience) };
  const about = { auth: token, baseUrl: apiUrl, userAgent: "partner-insights-access", log: silent };
  const octokit = new Octokit({ ...about, request });
  octokit.hook.wrap("request", (send, options) => {
    const isSafe = options.method === "GET" || options.method === "PATCH";
    // Named by the route's pattern: no text of others gets into a message.
    const operation = `${options.method} ${options.url.replace(apiUrl, "")}`;
    return askHost({ service, operation, isSafe, helpFor: gitHubHelp }, async () => send(options), patience);
  });
  return { octokit, where: { owner, repo }, author };
}

function ignore(): void {
  // The library's own log repeats request lines; ours says what matters.
}

function pullRequests({ octokit, where, author }: Connection) {
  const { pulls, issues, repos } = octokit.rest;
  const mergedWith = async (commit: string) => {
    const about = { ...where, commit_sha: commit, per_page: perPage };
    const found = await octokit.paginate(repos.listPullRequestsAssociatedWithCommit, about);
    return found.filter((it) => it.merged_at !== null);
  };
  return {
    async findByHead(commit: string): Promise<readonly PullRequest[]> {
      // The list of a commit's pull requests leaves out those from forks; all open ones do not.
      const open = await octokit.paginate(pulls.list, { ...where, state: "open", per_page: perPage });
      return open.filter(({ head }) => head.sha === commit).map(readPullRequest);
    },
    async readPullRequest(number: number): Promise<PullRequest> {
      return readPullRequest((await pulls.get({ ...where, pull_number: number })).data);
    },
    async findByMerge(commit: string): Promise<readonly PullRequest[]> {
      return (await mergedWith(commit)).filter((it) => it.merge_commit_sha === commit).map(readPullRequest);
    },
    async hasBrought({ number }: PullRequest, commit: string): Promise<boolean> {
      return (await mergedWith(commit)).some((it) => it.number === number);
    },
    async defaultBranch(): Promise<string> {
      return (await repos.get(where)).data.default_branch;
    },
    async isOnBranch(branch: string, commit: string): Promise<boolean> {
      const basehead = `${branch}...${commit}`;
      const { data } = await repos.compareCommitsWithBasehead({ ...where, basehead, per_page: 1 });
      return data.status === "identical" || data.status === "behind";
    },
    async readComments(number: number): Promise<readonly PostedComment[]> {
      const all = await octokit.paginate(issues.listComments, { ...where, issue_number: number, per_page: perPage });
      return all.map(({ id, user, body }) => ({ id: String(id), isOurs: user?.login === author, text: body ?? "" }));
    },
    async createComment(number: number, text: string): Promise<void> {
      await issues.createComment({ ...where, issue_number: number, body: text });
    },
    async updateComment(_number: number, id: string, text: string): Promise<void> {
      await issues.updateComment({ ...where, comment_id: Number(id), body: text });
    },
  };
}

function readPullRequest(raw: {
  readonly number: number;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
}): PullRequest {
  return { number: raw.number, headCommit: raw.head.sha, baseBranch: raw.base.ref };
}

function verdicts({ octokit, where, author }: Connection) {
  const { checks } = octokit.rest;
  return {
    async writeVerdict(_number: number, { name, commit, isComplete, title, details, digest }: Verdict): Promise<void> {
      await checks.create({
        ...where,
        name,
        head_sha: commit,
        status: "completed",
        conclusion: isComplete ? "success" : "failure",
        output: { title, summary: details, text: `partner-access approval ${digest}\n` },
      });
    },
    async readVerdict({ headCommit }: PullRequest, name: string) {
      const runs = await octokit.paginate(checks.listForRef, {
        ...where,
        ref: headCommit,
        check_name: name,
        per_page: perPage,
      });
      // Any application may call its check so: only the one that writes our comments counts.
      const ours = runs.filter(({ app }) => `${app?.slug}[bot]` === author);
      const [newest] = ours.sort((one, other) => other.id - one.id);
      if (newest === undefined) return undefined;
      const [, digest] = digestLine.exec(newest.output.text ?? "") ?? [];
      return { digest, isComplete: newest.conclusion === "success" };
    },
  };
}

function tickets({ octokit, where, author }: Connection) {
  const { issues } = octokit.rest;
  const markOf = (mark: string) => `<!-- partner-access:ticket:${mark} -->\n`;
  return {
    async findTicket(mark: string): Promise<Ticket | undefined> {
      const ours = { ...where, creator: author, state: "all" as const, per_page: perPage };
      const all = await octokit.paginate(issues.listForRepo, ours);
      // An open one first: people may have closed an older one for good.
      const found = all
        .filter(({ pull_request: isPull, user }) => !isPull && user?.login === author)
        .filter(({ body }) => body?.replace(/\r\n/g, "\n").startsWith(markOf(mark)))
        .sort((one, other) => Number(other.state === "open") - Number(one.state === "open"))[0];
      if (found === undefined) return undefined;
      const body = found.body?.replace(/\r\n/g, "\n").trimEnd();
      const says = ({ markdown }: TicketText) => body === `${markOf(mark)}${markdown}`.trimEnd();
      return { id: String(found.number), isOpen: found.state === "open", says };
    },
    async createTicket(mark: string, { title, text: { markdown } }: TicketContent): Promise<void> {
      await issues.create({ ...where, title, body: `${markOf(mark)}${markdown}` });
    },
    async updateTicket(id: string, mark: string, { title, text }: TicketContent, isOpen: boolean): Promise<void> {
      await issues.update({
        ...where,
        issue_number: Number(id),
        title,
        body: `${markOf(mark)}${text.markdown}`,
        state: isOpen ? "open" : "closed",
      });
    },
  };
}
