import { mergeBaseOf, readQueueRef, targetBranch } from "../../../cli/review/base";
import { openCheckout } from "../../../clients/git";
import { type GitRepository, gitRepositories } from "../../support/git-repository";

let repositories: ReturnType<typeof gitRepositories>;
beforeEach(() => {
  repositories = gitRepositories();
});
afterEach(() => repositories.remove());

const at = ({ directory }: GitRepository) => openCheckout(directory, { PATH: process.env["PATH"] });

/** What `diff` compares with when no base is named; or the problem that ends it. */
async function base(repository: GitRepository, env: Readonly<Record<string, string>> = {}) {
  try {
    const checkout = at(repository);
    return (await mergeBaseOf(checkout, await targetBranch(checkout, env), "HEAD")).commit;
  } catch (error) {
    const [problem] = (error as { problems: readonly { code: string; message: string; fix: string }[] }).problems;
    return problem;
  }
}

/** A repository with a default branch of some name, later work on it, and a branch that left it before. */
function origin(defaultBranch: string) {
  const repository = repositories.create("origin", defaultBranch);
  const start = repository.commit({ "a.txt": "1" });
  repository.git("checkout", "--quiet", "-b", "change");
  const change = repository.commit({ "b.txt": "1" });
  repository.git("checkout", "--quiet", defaultBranch);
  const later = repository.commit({ "a.txt": "2" });
  return { repository, start, change, later };
}

describe("what a change is compared with when nobody names it", () => {
  it.each(["main", "master", "trunk", "release/v2"])(
    "is where it left the default branch, when that is called %s",
    async (name) => {
      const { repository, start } = origin(name);
      const clone = repositories.clone(repository, "clone");
      clone.git("checkout", "--quiet", "change");
      expect(await base(clone)).toBe(start);
    },
  );

  it("is the branch the pipeline names, on GitHub, in its merge queue, and on Azure DevOps", async () => {
    const { repository, start, later } = origin("main");
    repository.git("checkout", "--quiet", "-b", "develop", start);
    const develop = repository.commit({ "d.txt": "1" });
    repository.git("checkout", "--quiet", "-b", "queued");
    repository.git("checkout", "--quiet", "main");
    const clone = repositories.clone(repository, "clone");
    clone.git("checkout", "--quiet", "queued");
    expect(await base(clone, { GITHUB_BASE_REF: "develop" })).toBe(develop);
    expect(await base(clone, { SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/develop" })).toBe(develop);
    const queue = `refs/heads/gh-readonly-queue/develop/pr-7-${later}`;
    expect(await base(clone, { GITHUB_REF: queue })).toBe(develop);
    expect(readQueueRef(queue)).toEqual({ branch: "develop", pullRequest: 7, before: later });
    expect(await base(clone, { GITHUB_BASE_REF: "gone" })).toMatchObject({
      code: "unknown-base",
      message: expect.stringMatching(/"refs\/remotes\/origin\/gone": fatal: /),
    });
  });

  it.each(["tag", "branch"])("is the remote's own branch, whatever else a %s gives the same name to", async (kind) => {
    const { repository, start } = origin("main");
    const clone = repositories.clone(repository, "clone");
    clone.git("checkout", "--quiet", "change");
    clone.git(kind, "origin/main", "change");
    for (const env of [{}, { GITHUB_BASE_REF: "main" }]) expect(await base(clone, env)).toBe(start);
    await expect(mergeBaseOf(at(clone), "origin/main", "HEAD")).rejects.toThrow(
      /the name is ambiguous, because it stands for refs/,
    );
    expect(await mergeBaseOf(at(clone), "refs/remotes/origin/main", "HEAD")).toEqual({
      name: `origin/main (${start.slice(0, 12)})`,
      commit: start,
    });
  });

  it("is where history says it is, whatever this checkout shows in a commit's place", async () => {
    const { repository, start, change, later } = origin("main");
    repository.git("checkout", "--quiet", "change");
    repository.git("replace", "--graft", later, change);
    expect(await base(repository)).toBe(start);
  });

  it("is unknown in a pipeline's checkout that tells no default branch, never the change itself", async () => {
    const { repository } = origin("trunk");
    const clone = repositories.clone(repository, "clone");
    clone.git("checkout", "--quiet", "change");
    clone.git("remote", "set-head", "origin", "--delete");
    expect(await base(clone)).toMatchObject({
      code: "unknown-base",
      message: expect.stringContaining("the default branch of origin (it has no origin/HEAD) is not known"),
      fix: expect.stringContaining("--base"),
    });
  });

  it("is unknown where both usual names are there, and where several remotes are and none is origin", async () => {
    const { repository } = origin("main");
    repository.git("branch", "master", "change");
    const clone = repositories.clone(repository, "clone");
    clone.git("remote", "set-head", "origin", "--delete");
    expect(await base(clone)).toMatchObject({ code: "unknown-base" });
    clone.git("remote", "rename", "origin", "upstream");
    clone.git("remote", "add", "fork", "https://example.org/fork.git");
    expect(await base(clone)).toMatchObject({
      code: "unknown-base",
      message: expect.stringContaining("fork, upstream"),
    });
  });

  it.each([
    [
      "of the change alone, as a pipeline makes it",
      ["--depth=1", "--branch=change"],
      /the default branch of .* is not known|fatal: /,
    ],
    ["of all branches", ["--depth=1", "--no-single-branch", "--branch=change"], /have in common/],
  ])("is unknown in a shallow clone %s, with git's own reason", async (_, args, reason) => {
    const clone = repositories.clone(origin("main").repository, "clone", ...args);
    for (const env of [{}, { GITHUB_BASE_REF: "main" }]) {
      expect(await base(clone, env)).toMatchObject({ code: "unknown-base", message: expect.stringMatching(reason) });
    }
    expect(await base(clone, { GITHUB_BASE_REF: "main" })).toMatchObject({
      fix: expect.stringContaining("This is a shallow clone (git rev-parse --is-shallow-repository)"),
    });
  });

  it("is certain in a shallow clone only where the change holds the whole branch", async () => {
    const { repository, later } = origin("main");
    repository.git("checkout", "--quiet", "change");
    repository.git("merge", "--quiet", "--no-ff", "--message", "up to date", "main");
    repository.commit({ "c.txt": "1" });
    const clone = repositories.clone(repository, "clone", "--depth=2", "--no-single-branch", "--branch=change");
    clone.git("fetch", "--quiet", "--depth=3", "origin", "main", "change");
    expect(await base(clone, { GITHUB_BASE_REF: "main" })).toBe(later);
    repository.git("checkout", "--quiet", "main");
    repository.commit({ "a.txt": "3" });
    clone.git("fetch", "--quiet", "--depth=2", "origin", "main");
    expect(await base(clone, { GITHUB_BASE_REF: "main" })).toMatchObject({
      code: "unknown-base",
      message: expect.stringContaining("it is not known where HEAD left origin/main"),
    });
  });

  it("is unknown where two histories cross, because either ancestor could hide what the other one shows", async () => {
    const { repository, change, later } = origin("main");
    repository.git("merge", "--quiet", "--no-ff", "--message", "one way", change);
    repository.git("checkout", "--quiet", "change");
    repository.git("merge", "--quiet", "--no-ff", "--message", "the other way", later);
    expect(await base(repository)).toMatchObject({
      code: "unknown-base",
      message: expect.stringContaining("several merge bases (git merge-base --all)"),
    });
  });

  it("is unknown where git refuses the folder, with its words, and where two histories have nothing in common", async () => {
    const { repository } = origin("main");
    repository.git("checkout", "--quiet", "--orphan", "alone");
    repository.commit({ "x.txt": "1" });
    expect(await base(repository)).toMatchObject({
      code: "unknown-base",
      message: "git merge-base finds nothing that main and HEAD have in common",
    });
  });
});
