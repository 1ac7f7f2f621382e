import { findMerges } from "../../../cli/approved/merges";
import { openCheckout } from "../../../clients/git";
import { openAzureDevOps } from "../../../clients/pull-requests/azure-devops";
import { openGitHub } from "../../../clients/pull-requests/github";
import type { PullRequestHost } from "../../../clients/pull-requests/host";
import { azureToken, startAzureDevOps } from "../../support/azure-devops-server";
import { type GitRepository, gitRepositories } from "../../support/git-repository";
import { githubToken, startGitHub } from "../../support/github-server";

interface Pull {
  readonly number: number;
  readonly head: string;
  readonly merge: string;
  readonly into?: string;
  readonly brought?: readonly string[];
}

/** The same repository and pull requests on either service. */
const services = {
  GitHub: async (repository: GitRepository, pulls: readonly Pull[], defaultBranch = "main") => {
    const server = await startGitHub({ mostPerPage: 1 });
    server.defaultBranch = defaultBranch;
    server.contains = (branch, commit) => repository.isAncestor(commit, branch);
    for (const { number, head, merge, into = "main", brought = [] } of pulls) {
      server.pulls.push({ number, headSha: head, base: into, mergedAs: merge, brought });
    }
    const host = openGitHub({
      ...{ apiUrl: server.url, repository: "fabrikam/partner-access", token: githubToken },
      ...{ author: "github-actions[bot]", budgetMs: 0 },
    });
    return { host: host as PullRequestHost, stop: () => server.stop() };
  },
  "Azure DevOps": async (repository: GitRepository, pulls: readonly Pull[], defaultBranch = "main") => {
    const server = await startAzureDevOps();
    server.defaultBranch = defaultBranch;
    server.commonCommit = (branch, commit) => repository.git("merge-base", branch, commit).trim();
    for (const { number, head, merge, into = "main", brought = [] } of pulls) {
      server.pulls.push({
        ...{ pullRequestId: number, source: head, merge, isCompleted: true },
        ...{ target: into, brought },
      });
    }
    const host = await openAzureDevOps({
      ...{ collectionUri: `${server.url}/fabrikam-org`, project: "Access", repositoryId: "repo-1" },
      ...{ token: azureToken, budgetMs: 0 },
    });
    return { host: host as PullRequestHost, stop: () => server.stop() };
  },
} as const;

let repositories: ReturnType<typeof gitRepositories>;
let repository: GitRepository;
let root: string;
beforeEach(() => {
  repositories = gitRepositories();
  repository = repositories.create("origin");
  root = repository.commit({ "a.txt": "a\n" }, "root");
});
afterEach(() => repositories.remove());

/** A branch from the root with a file per commit; back on main afterwards. */
function branch(name: string, ...files: readonly string[]): readonly string[] {
  repository.git("checkout", "--quiet", "-b", name, root);
  const commits = files.map((file) => repository.commit({ [file]: `${name}\n` }, `${name}: ${file}`));
  repository.git("checkout", "--quiet", "main");
  return commits;
}

const last = (commits: readonly string[]): string => commits.at(-1) ?? "";

function merge(name: string): string {
  repository.git("merge", "--quiet", "--no-ff", "--message", `merge ${name}`, name);
  return repository.hash();
}

function squash(name: string): string {
  repository.git("merge", "--quiet", "--squash", name);
  return repository.commit({}, `squash ${name}`);
}

/** As both services do it: copies of the commits on top of main, with other hashes. Oldest first. */
function rebase(name: string): readonly string[] {
  repository.git("checkout", "--quiet", "-b", `${name}-rebased`, name);
  repository.git("rebase", "--quiet", "main");
  const commits = repository.git("rev-list", "--reverse", "main..HEAD").trim().split("\n");
  repository.git("checkout", "--quiet", "main");
  repository.git("merge", "--quiet", "--ff-only", `${name}-rebased`);
  return commits;
}

describe.each(Object.keys(services) as (keyof typeof services)[])("what was merged, as %s tells it", (service) => {
  async function found(pulls: readonly Pull[], commit: string, base?: string) {
    const { host, stop } = await services[service](repository, pulls);
    try {
      const merges = await findMerges(host, openCheckout(repository.directory, process.env), { commit, base });
      return merges.map(({ pullRequest, ...range }) => ({ number: pullRequest.number, ...range }));
    } finally {
      await stop();
    }
  }
  const refusal = (...args: Parameters<typeof found>) =>
    found(...args).then(
      (merges) => ({ merges }),
      (error: { problems?: readonly { code: string; message: string }[] }) => error.problems?.[0] ?? error,
    );

  it("is one merge commit, one squash, or all commits of a rebase, and what was there before it", async () => {
    const [one, two, three] = [
      branch("one", "b.txt"),
      branch("two", "c.txt", "d.txt"),
      branch("three", "e.txt", "f.txt"),
    ];
    const merged = merge("one");
    const squashed = squash("two");
    const rebased = rebase("three");
    expect(rebased).toHaveLength(2);
    expect(rebased).not.toContain(last(three));
    const pulls = [
      { number: 1, head: last(one), merge: merged, brought: one },
      { number: 2, head: last(two), merge: squashed },
      { number: 3, head: last(three), merge: last(rebased), brought: rebased },
    ];
    expect(await found(pulls, merged)).toEqual([{ number: 1, base: root, commit: merged }]);
    expect(await found(pulls, squashed)).toEqual([{ number: 2, base: merged, commit: squashed }]);
    // Not only its last commit: the first one may hold the grant.
    expect(await found(pulls, last(rebased))).toEqual([{ number: 3, base: squashed, commit: last(rebased) }]);
  });

  it("is each of the pull requests that one push of a merge queue brings", async () => {
    const [one, two, three] = [branch("one", "b.txt"), branch("two", "c.txt", "d.txt"), branch("three", "e.txt")];
    const [merged, rebased, squashed] = [merge("one"), rebase("two"), squash("three")];
    const pulls = [
      { number: 1, head: last(one), merge: merged, brought: one },
      // A service that does not say which commits a rebase wrote: the range of the push does.
      { number: 2, head: last(two), merge: last(rebased) },
      { number: 3, head: last(three), merge: squashed },
    ];
    expect(await found(pulls, squashed, root)).toEqual([
      { number: 1, base: root, commit: merged },
      { number: 2, base: merged, commit: last(rebased) },
      { number: 3, base: last(rebased), commit: squashed },
    ]);
  });

  it.each([
    ["the head of a branch that nobody merged", (commits: readonly string[]) => ({ merge: last(commits) })],
    ["one that another branch took in", (commits: readonly string[]) => ({ merge: last(commits), into: "release" })],
  ])("is not %s", async (_, pull) => {
    const commits = branch("evil", "b.txt");
    // Even where a forged pull request says that this commit is its merge.
    const pulls = [{ number: 9, head: last(commits), ...pull(commits) }];
    expect(await refusal(pulls, last(commits))).toMatchObject({
      code: "not-merged",
      message: expect.stringContaining(`${last(commits)} is not on main, the default branch`),
    });
  });

  it("is no commit of a merged branch, no merge into another branch, and no direct push", async () => {
    const inner = branch("inner", "b.txt");
    repository.git("checkout", "--quiet", "-b", "outer", root);
    const stacked = merge("inner");
    repository.git("checkout", "--quiet", "main");
    const merged = merge("outer");
    const direct = repository.commit({ "z.txt": "z\n" }, "pushed to main");
    const pulls = [
      { number: 1, head: last(inner), merge: stacked, into: "outer", brought: inner },
      { number: 2, head: stacked, merge: merged, brought: [stacked, ...inner] },
    ];
    for (const commit of [last(inner), stacked, direct]) {
      expect(await refusal(pulls, commit)).toMatchObject({ code: "no-review" });
    }
    expect(await found(pulls, merged)).toEqual([{ number: 2, base: root, commit: merged }]);
  });

  it("is refused with a base that was never before it: a rewritten branch, a side of a merge, or itself", async () => {
    const one = branch("one", "b.txt");
    const merged = merge("one");
    const pulls = [{ number: 1, head: last(one), merge: merged }];
    for (const base of [last(one), merged, branch("other", "y.txt")[0]]) {
      expect(await refusal(pulls, merged, base)).toMatchObject({ code: "unknown-base" });
    }
  });

  it("is refused in a shallow clone, with git's own reason", async () => {
    const two = branch("two", "b.txt", "c.txt");
    const rebased = rebase("two");
    const pulls = [{ number: 2, head: last(two), merge: last(rebased), brought: rebased }];
    const shallow = repositories.clone(repository, "shallow", "--depth=1");
    const { host, stop } = await services[service](repository, pulls);
    try {
      await expect(
        findMerges(host, openCheckout(shallow.directory, process.env), { commit: last(rebased), base: undefined }),
      ).rejects.toMatchObject({ problems: [{ code: "unknown-base", message: expect.stringContaining("fatal:") }] });
    } finally {
      await stop();
    }
  });
});
