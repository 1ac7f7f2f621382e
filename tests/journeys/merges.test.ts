import { resolve } from "node:path";
import { readStackFromFiles } from "../../configuration/read-stack";
import { expectDocument } from "../support/documents";
import { reviewedChange, widen } from "../support/reviewed-change";

const root = resolve(__dirname, "../..");

const change = reviewedChange();

describe("what a merge may apply", () => {
  /** What the other checkout of main has, as the service knows it. */
  const isMerged = (_branch: string, commit: string) => merged.has(commit);
  const merged = new Set<string>();
  beforeEach(() => {
    merged.clear();
    change.server.contains = isMerged;
  });

  /** Records the change, and has it reviewed. */
  async function reviewed(commit: string) {
    await change.record();
    return JSON.parse((await change.command("base", change.comment(commit))).stdout);
  }

  /** Ends the pull request as a service does; what the branch became since is all that it brought. */
  async function complete(headSha: string, how: () => Promise<unknown>): Promise<readonly string[]> {
    await change.git("head", "checkout", "--quiet", "-B", "merged", "origin/main");
    await how();
    const listed = (await change.git("head", "rev-list", "--first-parent", "origin/main..HEAD")).stdout
      .trim()
      .split("\n");
    const [mergedAs = "", ...brought] = listed;
    const at = change.server.pulls.findIndex(({ number }) => number === 4);
    change.server.pulls.splice(at, 1, { number: 4, headSha, base: "main", mergedAs, brought });
    for (const commit of listed) merged.add(commit);
    return listed;
  }
  const approved = (...args: string[]) => change.command("base", ["approved", "--json", ...args]);

  /** The checkout that judges stands on main as it was, and only knows of the merge. */
  async function fetched(): Promise<void> {
    await change.git("base", "fetch", "--quiet", change.at("head"), "merged");
  }

  it("is what its review approved, stack by stack, with the digest of each", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    const commit = await change.openPull();
    const review = await reviewed(commit);
    const [merge = ""] = await complete(commit, () =>
      change.git("head", "merge", "--quiet", "--no-ff", "--message", "m", commit),
    );
    await fetched();
    const { code, stdout } = await approved("--commit", merge);
    const document = JSON.parse(stdout);
    expectDocument(document);
    expect(code).toBe(0);
    const dev = review.stacks.find((it: { stack: string }) => it.stack === "dev");
    const { vault } = readStackFromFiles(root, "dev");
    const vaultIdentity = { vaultTenantId: vault.tenantId, vaultClientId: vault.clientId };
    expect(document).toMatchObject({
      digest: review.digest,
      pullRequest: 4,
      pullRequests: [4],
      stacks: [
        { stack: "dev", reason: "grants-change", digest: dev.digest, domain: "contoso.example", ...vaultIdentity },
      ],
    });
  });

  it("is all that a rebase of several commits brought, and no commit that nobody merged", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    await change.git("head", "commit", "--all", "--quiet", "--message", "the first of two");
    await change.edit("README.md", () => "the second\n");
    const commit = await change.openPull();
    const review = await reviewed(commit);
    const unmerged = await approved("--commit", commit);
    expect([unmerged.code, JSON.parse(unmerged.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: expect.stringMatching(/^(unknown-commit|not-merged)$/) })],
    ]);
    const listed = await complete(commit, async () => {
      await change.git("head", "commit", "--quiet", "--allow-empty", "--message", "somebody else's");
      await change.git("head", "branch", "--force", "others");
      await change.git("head", "checkout", "--quiet", "--detach", commit);
      await change.git("head", "rebase", "--quiet", "others");
      await change.git("head", "checkout", "--quiet", "-B", "merged");
    });
    const [tip = "", first = "", others = ""] = listed;
    // What was there before was not brought by this pull request.
    const at = change.server.pulls.findIndex(({ number }) => number === 4);
    change.server.pulls.splice(at, 1, { number: 4, headSha: commit, base: "main", mergedAs: tip, brought: [first] });
    change.server.pulls.push({ number: 8, headSha: "c".repeat(40), base: "main", mergedAs: others });
    await fetched();
    const { code, stdout } = await approved("--commit", tip);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { digest: review.digest, stacks: [{ stack: "dev" }] }]);
  });

  it("is nothing of a branch that brings its own judge, and nothing of a merge that grants something else", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    await change.edit(
      "cli/approved/demand-approval.ts",
      () => "export const demandApproval = async () => undefined;\n",
    );
    const commit = await change.openPull();
    await reviewed(commit);
    await change.git("base", "fetch", "--quiet", change.at("head"), "change");
    // A forged pull request says that this commit is its merge: the service's branch does not contain it.
    change.server.pulls.push({ number: 9, headSha: commit, base: "main", mergedAs: commit });
    const forged = await approved("--commit", commit);
    expect([forged.code, JSON.parse(forged.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: "not-merged", message: expect.stringContaining("not on main") })],
    ]);
    change.server.pulls.pop();
    const [merge = ""] = await complete(commit, async () => {
      await change.git("head", "merge", "--quiet", "--squash", commit);
      await change.edit("Pulumi.dev.yaml", (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
      await change.git("head", "commit", "--all", "--quiet", "--message", "squashed, with a little more");
    });
    await fetched();
    const other = await approved("--commit", merge);
    expect([other.code, JSON.parse(other.stdout).problems]).toEqual([
      2,
      [expect.objectContaining({ code: "not-what-was-approved" })],
    ]);
  });
});
