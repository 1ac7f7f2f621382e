import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { WorkflowRun } from "./act";
import { repositoryName, type Stage, startStage } from "./stage";

let stage: Stage;
let head: string;
let merge: string;
beforeAll(async () => {
  stage = await startStage();
  head = stage.git("rev-parse", "add-contoso");
  stage.github.pulls.push({ number: 1, headSha: head, base: "main" });
}, 300_000);
afterAll(() => stage?.stop());

/** Every job that ran, and what became of it; with the log where that is something else. */
function expectJobs(run: WorkflowRun, jobs: WorkflowRun["jobs"]): void {
  if (isDeepStrictEqual(run.jobs, jobs)) return;
  throw new Error(`expected ${JSON.stringify(jobs)}, got ${JSON.stringify(run.jobs)}\n${run.log}`);
}

const repository = { default_branch: "main", fork: false, full_name: repositoryName };

// One after the other: each needs what the one before it left.
describe("the workflows, run on this machine against the emulator", () => {
  it("review a pull request: one job records, the other comments and writes the check", async () => {
    stage.git("switch", "--quiet", "--detach", head);
    const pull_request = { number: 1, head: { sha: head }, base: { ref: "main" } };
    const record = await stage.run("access-review", "pull_request", { pull_request, repository });
    expectJobs(record, { "record what the change declares": "success" });
    stage.git("switch", "--quiet", "main");
    const workflow_run = { event: "pull_request", conclusion: "success", head_sha: head, id: 1, run_number: 1 };
    const report = await stage.run("access-review-report", "workflow_run", { workflow_run, repository });
    expectJobs(report, { "judge and comment": "success" });
    expect(stage.github.comments.get(1)?.map(({ body }) => body)).toEqual([expect.stringContaining("contoso.test")]);
    expect(stage.github.checkRuns).toMatchObject([{ head_sha: head, conclusion: "success" }]);
  }, 600_000);

  it("apply what was merged, with the approved digest", async () => {
    const before = stage.git("rev-parse", "main");
    stage.git("merge", "--quiet", "--no-ff", "--message", "merge", "add-contoso");
    merge = stage.git("rev-parse", "main");
    stage.github.pulls.splice(0, 1, { number: 1, headSha: head, base: "main", mergedAs: merge });
    const push = { ref: "refs/heads/main", before, after: merge, repository };
    const run = await stage.run("apply", "push", push, { environment: "apply-contoso" });
    expectJobs(run, { "what was approved": "success", "apply contoso": "success" });
    const state = (await stage.emulator.control("GET", "state")) as { tenants: Record<string, unknown> };
    expect(JSON.stringify(state)).toContain("Partner Insights access (contoso-test)");
  }, 900_000);

  it("rotate a stack of which nothing is due", async () => {
    const run = await stage.run(
      "rotate",
      "workflow_dispatch",
      { repository, inputs: {} },
      { environment: "rotate-contoso" },
    );
    expectJobs(run, { "whose turn it is": "success", "rotate contoso": "success" });
    expect(run.log).toMatch(/not-due|Next rotation/);
  }, 600_000);

  it("look for drift, and keep one issue", async () => {
    const run = await stage.run(
      "drift",
      "workflow_dispatch",
      { repository, inputs: {} },
      { environment: "drift-contoso" },
    );
    expectJobs(run, { "whose turn it is": "success", "drift contoso": "success", "one issue": "success" });
  }, 600_000);

  it("run one command for a person, and show what must be committed", async () => {
    const inputs = { stack: "contoso", command: "compromised", as: "rotator", reason: "laptop stolen", lock: "" };
    const run = await stage.run(
      "operate",
      "workflow_dispatch",
      { repository, inputs },
      { environment: "rotate-contoso" },
    );
    expectJobs(run, { "which tenant that is": "success", "compromised contoso": "success" });
    expect(run.log).toMatch(/^\+.*request: "laptop stolen"$/m);
  }, 900_000);

  it("ring the alarm when a secret is about to end, and not before", async () => {
    const quiet = await stage.run("alarm", "workflow_dispatch", { repository }, { environment: "alarm" });
    expectJobs(quiet, { "secrets that are overdue or about to end": "success" });
    const { now } = (await stage.emulator.control("POST", "clock", { advance: "P170D" })) as { now: string };
    const loud = await stage.run("alarm", "workflow_dispatch", { repository }, { environment: "alarm", now });
    expectJobs(loud, { "secrets that are overdue or about to end": "failure" });
  }, 600_000);

  it("are the project's own, but for what the runner does not know yet", () => {
    expect(readFileSync(join(stage.repository, ".github/workflows/alarm.yml"), "utf8")).toBe(
      readFileSync(join(__dirname, "../../.github/workflows/alarm.yml"), "utf8"),
    );
  });
});
