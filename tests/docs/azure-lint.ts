import { parse } from "yaml";
import { type LintProblems, scriptProblems, unqueuedProblems } from "./script-lint";

interface Pipeline {
  readonly trigger?: unknown;
  readonly pr?: unknown;
  readonly schedules?: readonly Record<string, unknown>[];
}

/** What starts a pipeline: a schedule, the merge into main, a branch policy, the end of the pipeline before, or a person alone. */
export const azureStarts = {
  rotate: "schedule",
  drift: "schedule",
  alarm: "schedule",
  apply: "merge",
  operate: "person",
  "access-review": "policy",
  "access-review-report": "pipeline",
} as const;
type AzureStart = (typeof azureStarts)[keyof typeof azureStarts];

/** The rules for an Azure pipeline. One that a branch policy starts runs what nobody has reviewed, and is handed nothing. */
export function azureProblems(text: string, start: AzureStart = "schedule"): LintProblems {
  const pipeline = parse(text) as Pipeline;
  const problems: string[] = [];
  const merges = JSON.stringify({ batch: false, branches: { include: ["main"] } });
  const isTriggered = start === "merge" ? JSON.stringify(pipeline.trigger) !== merges : pipeline.trigger !== "none";
  if (isTriggered || pipeline.pr !== "none") problems.push("it also runs for pushes or pull requests");
  if (start === "policy") {
    const words = [
      "azureSubscription",
      "System.AccessToken",
      "group:",
      "environment:",
      "$(PULUMI",
      "keyvault",
      "_TOKEN",
    ];
    problems.push(...words.filter((word) => text.includes(word)).map((word) => `a stranger's code is given ${word}`));
  }
  const isAwake = pipeline.schedules?.every((schedule) => schedule["always"] === true) === true;
  if (start === "schedule" && !isAwake) {
    problems.push("the schedule sleeps while nobody changes the branch");
  }
  if (start === "person") problems.push(...byHandProblems(pipeline));
  for (const { place, key, value, siblings } of entries(pipeline)) {
    if (["bash", "script", "inlineScript", "powershell", "pwsh"].includes(key)) {
      problems.push(...scriptProblems(place, String(value)));
      if (/\$(idToken|servicePrincipalKey)\b/.test(String(value))) {
        problems.push(`${place}: hands on a token, which ends after ten minutes, in place of the service connection`);
      }
      // A macro is pasted into the script before the shell reads it.
      if (/\$\([A-Za-z_.]+\)/.test(String(value))) problems.push(`${place}: a macro inside a script`);
    }
    if (key === "checkout" && siblings["persistCredentials"] !== false)
      problems.push(`${place}: the checkout leaves its token behind`);
    if (key === "deployment" && !String(siblings["environment"] ?? "").startsWith("stack-")) {
      problems.push(`${place}: not in the stack's own queue`);
    }
    if (
      key === "stage" &&
      /^(rotate|apply|drift|operate)/.test(String(value)) &&
      siblings["lockBehavior"] !== "sequential"
    ) {
      problems.push(`${place}: a run that waits may be dropped`);
    }
    if (key === "task" && value === "AzureCLI@2") {
      const { allowNoSubscriptions } = (siblings["inputs"] ?? {}) as Record<string, unknown>;
      // The task selects a subscription after its sign-in, and a partner tenant need not have one.
      if (allowNoSubscriptions !== true) problems.push(`${place}: fails in a tenant without a subscription`);
    }
    if (key === "deploy" && !isDownloadOff(value)) {
      problems.push(`${place}: a deployment downloads every artifact unless its first step says download: none`);
    }
    const isStep = "bash" in siblings || "task" in siblings;
    if (isStep && key === "condition" && /\balways\(\)/.test(String(value)) && !/commandStarted/.test(String(value))) {
      problems.push(`${place}: runs after a step that never started`);
    }
    if ((key === "job" || key === "deployment") && siblings["timeoutInMinutes"] === undefined) {
      problems.push(`${place}: no time limit`);
    }
  }
  return problems;
}

/** https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-download: deployment jobs download by default. */
function isDownloadOff(deploy: unknown): boolean {
  const [first] = (deploy as { readonly steps?: readonly Record<string, unknown>[] }).steps ?? [];
  return first?.["download"] === "none";
}

/** Only `stop` may sign in outside of the stack's queue, and does nothing else there. */
function byHandProblems(pipeline: Pipeline): LintProblems {
  const problems = pipeline.schedules === undefined ? [] : ["it also runs by a schedule"];
  const jobs = entries(pipeline).filter(({ key, siblings }) => key === "job" && signsIn(siblings));
  return [
    ...problems,
    ...jobs.flatMap(({ value, siblings }) =>
      value === "stop"
        ? unqueuedProblems(
            "stop",
            scriptsOf(siblings).filter((script) => !script.includes("##vso[task.setvariable ")),
          )
        : [`${String(value)}: signs in outside of the stack's own queue`],
    ),
  ];
}

const signsIn = (job: Record<string, unknown>) => entries(job).some(({ key }) => key === "azureSubscription");
const scriptsOf = (job: Record<string, unknown>) =>
  entries(job)
    .filter(({ key }) => ["bash", "script", "inlineScript"].includes(key))
    .map(({ value }) => String(value));

interface Entry {
  readonly place: string;
  readonly key: string;
  readonly value: unknown;
  readonly siblings: Record<string, unknown>;
}

function entries(value: unknown, path = "pipeline"): readonly Entry[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => entries(item, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const siblings = value as Record<string, unknown>;
  return Object.entries(siblings).flatMap(([key, item]) => [
    { place: path, key, value: item, siblings },
    ...entries(item, `${path}.${key}`),
  ]);
}
