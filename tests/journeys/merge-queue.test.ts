import { expectDocument } from "../support/documents";
import { reviewedChange, widen } from "../support/reviewed-change";

const change = reviewedChange();

describe("the check of a commit that a merge queue would merge", () => {
  const queued = (commit: string, before: string, branch = "main") =>
    change.command("base", change.comment(commit, "--queued", `gh-readonly-queue/${branch}/pr-4-${before}`));

  /** What the queue makes of the pull request, behind another one where that is given, and the records of it. */
  async function enqueue(headSha: string, ahead?: (text: string) => string) {
    await change.git("head", "checkout", "--quiet", "-B", "queue", "origin/main");
    if (ahead !== undefined) {
      await change.edit("Pulumi.dev.yaml", ahead);
      await change.git("head", "commit", "--all", "--quiet", "--message", "the one ahead");
    }
    const before = await change.commitOf("head");
    await change.git("head", "merge", "--quiet", "--no-ff", "--message", "queued", headSha);
    await change.record();
    return { before, commit: await change.commitOf("head") };
  }

  it("is green where that is what the pull request was approved as, and red where nobody saw it", async () => {
    await change.edit("Pulumi.dev.yaml", widen);
    const headSha = await change.openPull();
    await change.record();
    const review = JSON.parse((await change.command("base", change.comment(headSha))).stdout);

    const alone = await enqueue(headSha);
    const green = await queued(alone.commit, alone.before);
    expectDocument(JSON.parse(green.stdout));
    expect([green.code, JSON.parse(green.stdout)]).toMatchObject([
      0,
      { outcome: "as-approved", digest: review.digest, pullRequest: 4 },
    ]);
    const behind = await enqueue(headSha, (text) => text.replace("lifetimeDays: 180", "lifetimeDays: 365"));
    const red = await queued(behind.commit, behind.before);
    expect([red.code, JSON.parse(red.stdout)]).toMatchObject([
      1,
      { outcome: "not-as-approved", problems: [{ code: "queued-behind-another" }] },
    ]);
    // The queue says that nothing is ahead, and merges something else than was approved.
    const other = await queued(behind.commit, alone.before);
    expect(JSON.parse(other.stdout)).toMatchObject({ problems: [{ code: "not-what-was-approved" }] });
    expect(change.server.checkRuns.slice(1)).toMatchObject([
      { head_sha: alone.commit, conclusion: "success", output: { title: "as approved in pull request 4" } },
      { head_sha: behind.commit, conclusion: "failure" },
      { head_sha: behind.commit, conclusion: "failure" },
    ]);
    // The pull request was commented on before, by its own review.
    expect(change.bodies()).toHaveLength(1);
  });

  it("is not written for a queue into another branch, nor for a ref that is none", async () => {
    const commit = await change.openIdlePull();
    const other = await queued(commit, "a".repeat(40), "release");
    expect([other.code, JSON.parse(other.stdout).problems]).toMatchObject([2, [{ code: "no-pull-request" }]]);
    const none = await change.command("base", change.comment(commit, "--queued", "main"));
    expect([none.code, JSON.parse(none.stdout).problems]).toMatchObject([2, [{ code: "invalid-option" }]]);
    expect(change.server.checkRuns).toEqual([]);
  });
});
