import { parse } from "yaml";
import { type LintProblems, scriptProblems, unqueuedProblems } from "./script-lint";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Record<string, unknown>;
  readonly "working-directory"?: string;
}

interface Job {
  readonly permissions?: unknown;
  readonly environment?: unknown;
  readonly concurrency?: Record<string, unknown>;
  readonly strategy?: Record<string, unknown>;
  readonly steps?: readonly Step[];
  readonly "timeout-minutes"?: unknown;
}

interface Workflow {
  readonly on?: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly jobs?: Record<string, Job>;
}

/** What one kind of workflow may do. */
export interface WorkflowRules {
  readonly triggers: readonly string[];
  /** Permissions beyond `contents: read`, by name. */
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  /** Where a job that signs in gets its identity from: the stack's own environment and queue, or one environment for all. */
  readonly signsInAs?: "each stack" | "alarm" | "release";
  /** What a push starts it by: a branch when left out. */
  readonly pushes?: "tags";
  /** Jobs that must not wait in the stack's queue, each named after the one command that it runs. */
  readonly unqueued?: readonly string[];
}

const signIn = { "id-token": "write" } as const;
export const githubRules = {
  rotate: { triggers: ["schedule", "workflow_dispatch"], permissions: signIn, signsInAs: "each stack" },
  drift: {
    triggers: ["schedule", "workflow_dispatch"],
    permissions: { ...signIn, issues: "write" },
    signsInAs: "each stack",
  },
  alarm: { triggers: ["schedule", "workflow_dispatch"], permissions: signIn, signsInAs: "alarm" },
  apply: {
    triggers: ["push", "workflow_dispatch"],
    permissions: { ...signIn, checks: "read", "pull-requests": "read" },
    signsInAs: "each stack",
  },
  // A person starts it, and nothing else does.
  operate: { triggers: ["workflow_dispatch"], permissions: signIn, signsInAs: "each stack", unqueued: ["stop"] },
  release: { triggers: ["push"], permissions: signIn, signsInAs: "release", pushes: "tags" },
  // These two run what nobody has reviewed.
  ci: { triggers: ["pull_request", "push", "merge_group"], permissions: {} },
  "access-review": { triggers: ["pull_request", "merge_group"], permissions: {} },
  "access-review-report": {
    triggers: ["workflow_run"],
    permissions: { actions: "read", checks: "write", "pull-requests": "write" },
  },
} as const satisfies Record<string, WorkflowRules>;

const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** The rules for a workflow that runs with an identity. */
export function githubProblems(text: string, rules: WorkflowRules = githubRules.rotate): LintProblems {
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs ?? {});
  return [
    ...Object.keys(workflow.on ?? {})
      .filter((trigger) => !rules.triggers.includes(trigger))
      .map((trigger) => `trigger ${trigger} may run what nobody reviewed`),
    ...(isEmptyMapping(workflow.permissions) ? [] : ["the workflow must begin with permissions: {}"]),
    ...jobs.flatMap(([name, job]) => jobProblems(name, job, rules)),
    ...(rules.triggers.includes("pull_request") ? strangerProblems(text) : []),
    ...branchProblems(workflow.on ?? {}, rules),
    ...unversioned(text),
  ];
}

/** A change of another branch grants nothing, and what is pushed there is not applied. Only a version's tag is released. */
function branchProblems(on: Record<string, unknown>, { pushes }: WorkflowRules): LintProblems {
  if (pushes === "tags") return JSON.stringify(on["push"]) === '{"tags":["v*"]}' ? [] : ["push is not limited to tags"];
  return ["push", "pull_request"]
    .filter((trigger) => trigger in on)
    .filter((trigger) => JSON.stringify((on[trigger] as { branches?: unknown } | null)?.branches) !== '["main"]')
    .map((trigger) => `trigger ${trigger} is not limited to the branch main`);
}

/** A workflow that runs a stranger's code is handed nothing. */
function strangerProblems(text: string): LintProblems {
  const words = ["secrets.", "vars.", "github.token", "environment:", "id-token", "self-hosted"];
  return words.filter((word) => text.includes(word)).map((word) => `a stranger's code is given ${word}`);
}

function jobProblems(name: string, job: Job, rules: WorkflowRules): LintProblems {
  const problems: string[] = [];
  const permissions = job.permissions as Record<string, unknown> | undefined;
  if (permissions === undefined || typeof permissions !== "object") problems.push(`${name}: no permissions of its own`);
  for (const [scope, level] of Object.entries(permissions ?? {})) {
    const isAllowed = (scope === "contents" && level === "read") || rules.permissions[scope] === level;
    if (!isAllowed) problems.push(`${name}: permission ${scope}: ${String(level)} is more than it needs`);
  }
  if (typeof job["timeout-minutes"] !== "number") problems.push(`${name}: no time limit`);
  const writes = Object.entries(permissions ?? {}).filter(([, level]) => level === "write");
  if (permissions?.["id-token"] === "write") {
    if (writes.length > 1) problems.push(`${name}: signs in, and writes to the repository with the same job`);
    problems.push(...signInProblems(name, job, rules));
  }
  return [...problems, ...(job.steps ?? []).flatMap((step) => stepProblems(name, step))];
}

function signInProblems(name: string, job: Job, rules: WorkflowRules): LintProblems {
  if (rules.signsInAs === "alarm") return ownEnvironmentProblems(name, job, "alarm");
  if (rules.signsInAs !== "release") return signingInProblems(name, job, rules);
  // The code of dependencies could publish anything: it runs in another job.
  const scripts = (job.steps ?? []).map(({ run = "", uses = "" }) => `${uses} ${run}`).join("\n");
  const isBuilding = /actions\/checkout@|\bnpm (?:ci|run|pack)\b|\bnode /.test(scripts);
  return [
    ...ownEnvironmentProblems(name, job, "release"),
    ...(isBuilding ? [`${name}: builds in the job that publishes`] : []),
  ];
}

function ownEnvironmentProblems(name: string, { environment, concurrency = {} }: Job, own: string): LintProblems {
  const problems = environment === own ? [] : [`${name}: signs in without its own environment`];
  return concurrency["group"] === own ? problems : [...problems, `${name}: not in its own queue`];
}

/** A job that signs in: one environment and one queue per stack, and never cut off. */
function signingInProblems(name: string, job: Job, { unqueued = [] }: WorkflowRules): LintProblems {
  const { environment, concurrency = {}, strategy } = job;
  const problems: string[] = [];
  if (!String(environment ?? "").includes("matrix.stack"))
    problems.push(`${name}: signs in without a stack's environment`);
  if (unqueued.includes(name)) {
    const scripts = (job.steps ?? []).map(({ run }) => run ?? "");
    return [
      ...problems,
      ...(job.concurrency === undefined ? [] : [`${name}: waits behind another run`]),
      ...unqueuedProblems(name, scripts),
    ];
  }
  if (concurrency["group"] !== "stack-$" + "{{ matrix.stack }}") problems.push(`${name}: not in the stack's own queue`);
  if (concurrency["cancel-in-progress"] !== false) problems.push(`${name}: a run under way may be cancelled`);
  if (concurrency["queue"] !== "max") problems.push(`${name}: a run that waits may be dropped`);
  if (strategy?.["fail-fast"] !== false) problems.push(`${name}: one tenant's failure stops the others`);
  return problems;
}

function stepProblems(job: string, step: Step): LintProblems {
  const problems: string[] = [];
  const { uses, run, with: inputs = {} } = step;
  if (uses !== undefined && !pinned.test(uses)) problems.push(`${job}: ${uses} is not pinned to a commit`);
  if (uses?.startsWith("actions/checkout@") && inputs["persist-credentials"] !== false) {
    problems.push(`${job}: the checkout leaves its token behind`);
  }
  // Whoever starts a run names any commit, also one with scripts of its own: it is data, and judged by the default branch's code.
  if (uses?.startsWith("actions/checkout@") && /\binputs\./.test(String(inputs["ref"]))) {
    problems.push(`${job}: runs the code of a commit that a person names`);
  }
  // The head of a change, in a job that may write: data files and nothing that could be run.
  if (uses?.startsWith("actions/checkout@") && String(inputs["ref"]).includes("workflow_run.head_sha")) {
    const files = String(inputs["sparse-checkout"] ?? "*")
      .trim()
      .split("\n");
    if (
      !files.every((file) => /^\/[\w.*-]+\.(yaml|json)$/.test(file)) ||
      inputs["sparse-checkout-cone-mode"] !== false
    ) {
      problems.push(`${job}: checks out code of the change where it could be run`);
    }
  }
  if (run !== undefined && (step["working-directory"] === "head" || /\bcd [^\n]*head\b/.test(run))) {
    problems.push(`${job}: runs in the checkout of the change`);
  }
  if (uses?.startsWith("actions/setup-node@") && (inputs["cache"] || inputs["package-manager-cache"] !== false)) {
    problems.push(`${job}: a cache that others can write`);
  }
  if (step.if?.includes("always()") && !/steps\.\w+\.outcome != 'skipped'/.test(step.if)) {
    problems.push(`${job}: a step runs after one that never started`);
  }
  if (run !== undefined) problems.push(...scriptProblems(job, run));
  return problems;
}

/** A commit says nothing to a reader: the version stands beside it. */
function unversioned(text: string): LintProblems {
  return text
    .split("\n")
    .filter((line) => /^\s*-?\s*uses:/.test(line) && !/# v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `no version beside ${line.trim()}`);
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
