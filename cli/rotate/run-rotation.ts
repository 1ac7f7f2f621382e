import { heldResources } from "../../clients/pulumi/stack-state";
import type { StackRun } from "../../clients/pulumi/stacks";
import { previewSteps } from "../../rotation/engine-resource";
import { type LimitedRun, previewProblems, targetArguments, updateProblems } from "../../rotation/limited-run";
import type { SlotPlan } from "../../rotation/plan";
import { otherChanges } from "../../rotation/scope";
import { type Repair, repairEnvironment } from "../recover/repair";
import { approvalProblems, type BindingContext } from "../review/binding";
import { unapprovedChanges } from "../review/granted";
import { stackSettings } from "../review/stack-settings";
import { otherKeyLines } from "../review/state-key";
import { byKeyFile, type StateKeyFile, stateKeyFile } from "../review/state-key-file";
import type { Digest } from "../shared/digest";

import type { Problem } from "../shared/document";
import { engineProblems } from "../shared/engine-problems";
import type { PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { appliedTenant } from "./applied-tenant";
import type { RotationTools } from "./rotate-stack";
import { inOneLine, inseparableProblem, otherChangesProblem } from "./run-problems";

/** What the engine is to do, and how the same is decided where a stack publishes in truth. */
export interface RotationToRun {
  readonly tenant: Tenant;
  readonly plan: SlotPlan;
  readonly repair: Repair | undefined;
  readonly expected: Digest | undefined;
  /** Looks and plans anew in a tenant whose place or rule is another; undefined when nothing is published there. */
  replan(
    tenant: Tenant,
  ): Promise<(Pick<RotationToRun, "plan" | "repair"> & { readonly published: PublishedState }) | undefined>;
}

/** A rotation that was previewed and may be applied. */
export interface PreviewedRotation {
  readonly tenant: Tenant;
  readonly plan: SlotPlan;
  readonly env: Readonly<Record<string, string>>;
  readonly changes: StackRun["changes"];
  /** How the run is limited to slots and entry; undefined where nothing else waits. */
  readonly limit: LimitedRun | undefined;
  /** What the engine reads in place of the stack's file, where that names another key than the state's. */
  readonly keyFile?: StateKeyFile | undefined;
  /** Other changes, in words; "" when there are none. */
  readonly waiting: string;
}

type Refused = { readonly problems: readonly Problem[] };

/**
 * Previews a rotation. Other changes, and changes without approval, are left out: a rotation does not wait for an approval, and applies
 * nothing that needs one.
 */
export async function previewRotation(job: RotationToRun, tools: RotationTools): Promise<PreviewedRotation | Refused> {
  const { tenant, plan, repair, expected } = job;
  const { stack } = tenant;
  const env = repairEnvironment(repair);
  const settings = stackSettings(tools.context.projectDirectory, stack);
  tools.onProgress("preview");
  const { run, document } = await tools.stacks.previewDocument(stack, { env });
  const binding = { ...tools, settings, tenant: async () => tenant };
  if (!run.ok) {
    const failures = engineProblems(stack, run, "preview-failed", tools.context);
    // A lock is in the way of any run.
    return failures.some(({ code }) => code !== "preview-failed")
      ? { problems: failures }
      : limited(job, failures, binding);
  }
  const refusals = expected ? await approvalProblems(stack, expected, document, binding) : [];
  if (refusals.length > 0) return { problems: refusals };
  const others = otherChanges(run.changes);
  if (others.length > 0) return limited(job, [otherChangesProblem(stack, others)], binding);
  const previewed = { tenant, plan, env, changes: run.changes, limit: undefined, waiting: "" };
  if (expected || (!plan.isPublish && run.changes.length === 0)) return previewed;
  // A resource with the name of a slot may be anything: what a rotation may change is what the state grants already.
  const exported = (await tools.stacks.state(stack))?.exported;
  const unknown = await unapprovedChanges(stack, { changes: run.changes, document, exported }, binding);
  return unknown.length > 0 ? limited(job, unknown, binding) : previewed;
}

/** Limited to slots and entry, and based on what was last applied. When that fails too, other problems of the stack are reported. */
async function limited(
  { tenant, replan }: RotationToRun,
  waiting: readonly Problem[],
  tools: RotationTools & Pick<BindingContext, "settings">,
): Promise<PreviewedRotation | Refused> {
  const { stack, configuration, today } = tenant;
  tools.onProgress("other changes are pending: previewing the rotation alone");
  const there = await appliedTenant(tenant, tools);
  const anew = there && (await replan(there.tenant));
  if (there === undefined || anew === undefined) {
    return {
      problems: [...waiting, inseparableProblem(stack, ["the state does not say where the secret is published"])],
    };
  }
  // No target limits the key that the engine encrypts the state for: where the file names another one, it gets a copy with the state's own.
  const keys = otherKeyLines(there.exported, tools.settings);
  const { projectDirectory } = tools.context;
  const keyFile = keys.length > 0 ? await stateKeyFile(projectDirectory, stack, there.exported) : undefined;
  if (keys.length > 0 && keyFile === undefined) return { problems: [...waiting, inseparableProblem(stack, keys)] };
  const { plan, repair, published } = anew;
  const { targets, held: before, applied } = there;
  const { lifetimeDays } = applied.rule ?? configuration.rotation;
  const limit = { targets, before, plan, today, lifetimeDays, liveTags: published.entry.tags };
  const env = { ...repairEnvironment(repair), PARTNER_ACCESS_APPLIED: JSON.stringify(applied) };
  const { run, document } = await byKeyFile(keyFile, (argv) =>
    tools.stacks.previewDocument(stack, { env, arguments: [...targetArguments(targets), ...argv] }),
  );
  if (!run.ok) {
    const failures = engineProblems(stack, run, "preview-failed", tools.context).map(({ message }) => message);
    const isTold = failures.every((message) => waiting.some((problem) => problem.message === message));
    return { problems: isTold ? waiting : [...waiting, inseparableProblem(stack, failures)] };
  }
  const problems = previewProblems(previewSteps(document), limit);
  if (problems.length > 0) return { problems: [...waiting, inseparableProblem(stack, problems)] };
  const left = inOneLine([...waiting, ...keys.map((message) => ({ code: "not-approved", message, fix: "" }))]);
  return { tenant: there.tenant, plan, env, changes: run.changes, limit, keyFile, waiting: left };
}

/** The same for an entry that holds what the repair was to write. */
export function withoutRepair(previewed: PreviewedRotation): PreviewedRotation {
  const { PARTNER_ACCESS_REPAIR: _, ...env } = previewed.env;
  return { ...previewed, env };
}

/** Applies what was previewed. */
export async function applyRotation(
  { tenant: { stack }, env, limit, keyFile }: PreviewedRotation,
  tools: RotationTools,
): Promise<StackRun> {
  return byKeyFile(keyFile, (argv) =>
    tools.stacks.up(stack, {
      env,
      arguments: [...(limit ? targetArguments(limit.targets) : []), ...argv],
      onEvent: (event) =>
        event.kind === "step" && !event.isDone && tools.onProgress(`${event.change.operation} ${event.change.name}`),
    }),
  );
}

/** An update runs the program once more, and it could have changed its mind: what a limited run touched is looked at afterwards. */
export async function appliedOtherwise(
  { tenant: { stack }, limit, keyFile }: PreviewedRotation,
  { stacks }: RotationTools,
): Promise<readonly string[]> {
  if (limit === undefined) return [];
  const state = await stacks.state(stack);
  if (state === undefined) return [];
  const keys = keyFile === undefined ? [] : otherKeyLines(state.exported, keyFile.settings);
  return [...updateProblems(heldResources(state), limit), ...keys];
}
