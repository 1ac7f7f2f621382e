import { type Answer, type Call, type ServiceServer, startService } from "./service-server";

export interface GitHubPull {
  readonly number: number;
  readonly headSha: string;
  readonly base: string;
  readonly mergedAs?: string;
  /** Further commits that its merge brought: all but the last of a rebase. */
  readonly brought?: readonly string[];
}
interface Author {
  readonly login: string;
}
export interface GitHubComment {
  readonly id: number;
  readonly user: Author;
  body: string;
}
export interface GitHubIssue {
  readonly number: number;
  readonly user: Author;
  title: string;
  body: string;
  state: string;
  readonly pull_request?: object;
}
// biome-ignore lint/suspicious/noExplicitAny: as GitHub answers it
type CheckRun = any;

/** A repository on a server that answers as GitHub's REST API does, for the few calls a review makes. */
export interface GitHubServer extends ServiceServer {
  readonly pulls: GitHubPull[];
  readonly comments: Map<number, GitHubComment[]>;
  readonly checkRuns: CheckRun[];
  readonly issues: GitHubIssue[];
  defaultBranch: string;
  /** What a branch of the repository contains; undefined for a commit that the repository does not have. */
  contains: (branch: string, commit: string) => boolean | undefined;
}

export const githubToken = "ghs_localLocalLocalLocalLocalLocalLocal1";
const me = { login: "github-actions[bot]" };
const root = "/repos/fabrikam/partner-access";

/** Starts one. `mostPerPage` makes pages small whatever is asked for, as a service may. */
export async function startGitHub({ mostPerPage = 100 } = {}): Promise<GitHubServer> {
  const pulls: GitHubPull[] = [];
  const comments = new Map<number, GitHubComment[]>();
  const checkRuns: CheckRun[] = [];
  const issues: GitHubIssue[] = [];
  let nextId = 1000;

  const route = (call: Call, origin: string): Answer => {
    const { method, path, query, body } = call;
    if (call.headers.authorization !== `token ${githubToken}`) return refusal(401, "Bad credentials");
    // A repository that a token may not see does not exist for it.
    if (path !== root && !path.startsWith(`${root}/`)) return refusal(404, "Not Found");
    const rest = path.slice(root.length);
    const [, branch, compared] = /^\/compare\/(.+)\.\.\.([0-9a-f]{40})$/.exec(rest) ?? [];
    if (branch !== undefined && compared !== undefined) {
      const isContained = server.contains(branch, compared);
      if (isContained === undefined) return refusal(404, "Not Found");
      // What the branch has beside it does not matter: "identical" is told apart by nobody here.
      return { status: 200, body: { status: isContained ? "behind" : "diverged", commits: [], files: [] } };
    }
    const page = (all: readonly unknown[], wrap = (items: readonly unknown[]): unknown => items) =>
      paged(all, query, mostPerPage, `${origin}${path}`, wrap);
    const numbered = (pattern: RegExp) => Number(pattern.exec(rest)?.[1] ?? Number.NaN);
    const key = `${method} ${rest.replace(/\/[0-9a-f]{40}(?=\/|$)/g, "/:sha").replace(/\/\d+(?=\/|$)/g, "/:n")}`;
    switch (key) {
      case "GET /pulls":
        return page(
          pulls.filter(({ mergedAs }) => (query.get("state") === "open") === (mergedAs === undefined)).map(pullBody),
        );
      case "GET ":
        return { status: 200, body: { default_branch: server.defaultBranch } };
      case "GET /pulls/:n": {
        const pull = pulls.find(({ number }) => number === numbered(/pulls\/(\d+)/));
        return pull === undefined ? refusal(404, "Not Found") : { status: 200, body: pullBody(pull) };
      }
      // The merged pull request that introduced the commit to the repository, whichever of its commits that is.
      case "GET /commits/:sha/pulls":
        return page(
          pulls
            .filter(({ mergedAs, brought = [] }) => [mergedAs, ...brought].includes(rest.split("/")[2]))
            .map(pullBody),
        );
      case "GET /issues/:n/comments":
        return page(comments.get(numbered(/issues\/(\d+)/)) ?? []);
      case "POST /issues/:n/comments": {
        const number = numbered(/issues\/(\d+)/);
        if (body.body.length > 65_536) return refusal(422, "Validation Failed");
        const comment = { id: nextId++, user: me, body: body.body.trimEnd() };
        comments.set(number, [...(comments.get(number) ?? []), comment]);
        return { status: 201, body: comment };
      }
      case "PATCH /issues/comments/:n": {
        const comment = [...comments.values()].flat().find(({ id }) => id === numbered(/comments\/(\d+)/));
        if (comment === undefined) return refusal(404, "Not Found");
        comment.body = body.body.trimEnd();
        return { status: 200, body: comment };
      }
      case "POST /check-runs": {
        const tooLong = [body.output.summary, body.output.text].some((text) => Buffer.byteLength(text) > 65_535);
        if (tooLong) return refusal(422, "Invalid request.\n\nOnly 65535 characters are allowed");
        const run = { id: nextId++, app: { slug: "github-actions" }, ...body };
        checkRuns.push(run);
        return { status: 201, body: run };
      }
      case "GET /commits/:sha/check-runs": {
        const found = checkRuns.filter(
          (it) => it.head_sha === rest.split("/")[2] && it.name === query.get("check_name"),
        );
        return page(found, (items) => ({ total_count: found.length, check_runs: items }));
      }
      case "GET /issues":
        return page(issues.filter(({ user }) => user.login === query.get("creator")));
      case "POST /issues": {
        const issue = { number: nextId++, user: me, title: body.title, body: body.body, state: "open" };
        issues.push(issue);
        return { status: 201, body: issue };
      }
      case "PATCH /issues/:n": {
        const issue = issues.find(({ number }) => number === numbered(/issues\/(\d+)/));
        if (issue === undefined) return refusal(404, "Not Found");
        Object.assign(issue, body);
        return { status: 200, body: issue };
      }
      default:
        return refusal(500, `the local GitHub does not know ${key}`);
    }
  };
  const server: GitHubServer = Object.assign(await startService(route), {
    ...{ pulls, comments, checkRuns, issues },
    defaultBranch: "main",
    contains: (): boolean | undefined => true,
  });
  return server;
}

/** As in https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function paged(
  all: readonly unknown[],
  query: URLSearchParams,
  most: number,
  address: string,
  wrap: (items: readonly unknown[]) => unknown,
): Answer {
  const size = Math.min(Number(query.get("per_page") ?? 30), most);
  const page = Number(query.get("page") ?? 1);
  const items = all.slice((page - 1) * size, page * size);
  const next = new URLSearchParams(query);
  next.set("page", String(page + 1));
  const headers = page * size < all.length ? { link: `<${address}?${next}>; rel="next"` } : undefined;
  return { status: 200, body: wrap(items), ...(headers && { headers }) };
}

function pullBody({ number, headSha, base, mergedAs }: GitHubPull) {
  return {
    number,
    head: { sha: headSha },
    base: { ref: base },
    merged_at: mergedAs === undefined ? null : "2026-01-01T00:00:00Z",
    merge_commit_sha: mergedAs ?? "f".repeat(40),
  };
}

export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "x-github-request-id": "ABCD:1234", ...headers }, body: { message } };
}
