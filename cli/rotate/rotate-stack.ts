import type { Stacks } from "../../clients/pulumi/stacks";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { SlotPlan } from "../../rotation/plan";
import type { PublishedRecord } from "../../rotation/record";
import type { ValueCheck } from "../../rotation/value-check";
import { findRepair } from "../recover/repair";
import type { CommandContext } from "../shared/command";
import type { Digest } from "../shared/digest";
import { problemsOf } from "../shared/document";
import { engineProblems } from "../shared/engine-problems";
import { nothingPublished, readDirectoryState, readPublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { isUnconfirmed } from "../shared/unconfirmed";
import { checkValue, refusedValue } from "../shared/value";
import { forgetLeftovers, removedProblems } from "./leftovers";
import { failedOutcome, type SecretOutcome } from "./outcome";
import { keyIdsToRetire, planFor } from "./plan-stack";
import { needsRecovery, refuseAnswered, refuseDisabled, refuseStopped, refuseUnhealthy } from "./refusals";
import { requestRotation } from "./request-rotation";
import { appliedOtherwiseProblem } from "./run-problems";
import {
  appliedOtherwise,
  applyRotation,
  type PreviewedRotation,
  previewRotation,
  type RotationToRun,
  withoutRepair,
} from "./run-rotation";

/** What one run asks of a stack beside its schedule. */
export interface RotateOptions {
  /** Show what would happen, change nothing. */
  readonly isPlanOnly: boolean;
  /** Why the published secret must go now; written into the stack's file unless only planned. */
  readonly compromised?: string | undefined;
  readonly rollback: string | undefined;
  /** What was approved; a preview that grants anything else is refused before any write. */
  readonly expected?: Digest | undefined;
}

export interface RotationTools {
  readonly stacks: Stacks;
  /** The same tenant under a configuration that is not quite its file's. */
  readonly openAs: (configuration: StackConfiguration) => Promise<Tenant>;
  readonly context: Pick<CommandContext, "projectDirectory" | "signal" | "env" | "stackOwner">;
  readonly onProgress: (text: string) => void;
}

/** Decides from the vault's record whether a stack is due, and if so lets the engine rotate it. Never throws. */
export async function rotateStack(
  tenant: Tenant,
  options: RotateOptions,
  tools: RotationTools,
): Promise<SecretOutcome> {
  let before: string | null = null;
  let takeBack: () => void = () => undefined;
  try {
    const { published, repair } = await lookThroughDamage(tenant, options, tools);
    if (published === undefined) throw await nothingPublished(tenant);
    before = keyIdOf(published.record);
    const directory = await readDirectoryState(tenant, published.clientId);
    refuseStopped(tenant, published, directory);
    const plan = planFor(tenant, published.record, options);
    refuseUnhealthy(tenant, published, plan, directory);
    const isRetiring = keyIdsToRetire(plan, published, directory).length > 0;
    refuseDisabled(tenant, published, plan);
    if (!isRetiring) refuseAnswered(tenant, published.record, plan, options);
    // Before the engine, whose program reads it there, and so that a killed run finds it again. A run that is refused takes it back.
    if (options.compromised !== undefined && !options.isPlanOnly) {
      takeBack = requestRotation(tools.context.projectDirectory, tenant.stack, options.compromised);
    }
    if (plan.isPublish || isRetiring) {
      if (options.isPlanOnly) return notDone(tenant, { plan, isRetiring }, before, null);
      const previewed = await previewRotation(jobOf(tenant, { plan, repair }, options, tools), tools);
      if ("problems" in previewed) {
        takeBack();
        return failedOutcome(tenant.stack, previewed.problems, before);
      }
      const refuse = takeBack;
      // From here on the engine may have begun: what it did decides.
      takeBack = () => undefined;
      return await apply(previewed, before, refuse, tools);
    }
    // Answered before, and tampered with since: only a publish could have taken that along.
    if (repair !== undefined) throw needsRecovery(tenant);
    const isForgotten = !options.isPlanOnly && (await forgetLeftovers(tenant, { plan, published, directory }, tools));
    const value = await checkValue(tenant);
    if (value.result === "refused") return failedOutcome(tenant.stack, [refusedValue(tenant.stack, value)], before);
    if (isForgotten) return { ...notDone(tenant, { plan, isRetiring }, before, value), ...FORGOTTEN };
    return notDone(tenant, { plan, isRetiring }, before, value);
  } catch (error) {
    takeBack();
    return failedOutcome(tenant.stack, problemsOf(error), before);
  }
}

/** What the engine is to do; and how the same is decided under another place or rule. */
function jobOf(
  tenant: Tenant,
  { plan, repair }: Pick<RotationToRun, "plan" | "repair">,
  options: RotateOptions,
  tools: RotationTools,
): RotationToRun {
  return {
    ...{ tenant, plan, repair, expected: options.expected },
    async replan(there) {
      const found = await lookThroughDamage(there, options, tools);
      return (
        found.published && {
          published: found.published,
          repair: found.repair,
          plan: planFor(there, found.published.record, options),
        }
      );
    },
  };
}

const FORGOTTEN = {
  outcome: "retired",
  reason: "retired",
  sentence: "The state no longer waits for a previous secret that Entra had removed without an answer.",
} as const;

/**
 * A tampered record must not block an emergency rotation: it is replaced by the one from the state and older versions. Every other run ends
 * here and names the repair.
 */
async function lookThroughDamage(
  tenant: Tenant,
  { compromised, isPlanOnly }: RotateOptions,
  { stacks }: RotationTools,
) {
  const repair = compromised === undefined || isPlanOnly ? undefined : await findRepair(tenant, stacks);
  if (repair === undefined) return { published: await readPublishedState(tenant), repair };
  return { published: await readPublishedState(tenant, repair.tags), repair };
}

async function apply(
  previewed: PreviewedRotation,
  before: string,
  refuse: () => void,
  tools: RotationTools,
): Promise<SecretOutcome> {
  const { tenant, plan, changes } = previewed;
  const { stack } = tenant;
  // Valid and unknown to the state: no update removes it. `status` calls it an orphan, and tells how it goes.
  if (!plan.isPublish && changes.length === 0) {
    return notDone(tenant, { plan, isRetiring: false }, before, await checkValue(tenant));
  }
  tools.onProgress(plan.reason.sentence);
  let run = await applyRotation(previewed, tools);
  // What the vault says now, not what the run says: a failed run may have published all the same.
  const seen = await readPublishedState(tenant).catch(() => undefined);
  const after = seen === undefined ? null : keyIdOf(seen.record);
  // The answer to the publish was lost, so the state does not know it yet. The program uses what is published, so no repair this time.
  if (!run.ok && seen !== undefined && after !== before && (await isUnconfirmed(stack, seen, tools.stacks))) {
    tools.onProgress("the publish succeeded but its answer was lost: recording it");
    run = await applyRotation(withoutRepair(previewed), tools);
  }
  if (!run.ok) {
    if (run.changes.length === 0) refuse();
    const problems = [
      ...(await removedProblems(tenant, tools)),
      ...engineProblems(stack, run, "update-failed", tools.context),
    ];
    return failedOutcome(stack, problems, before, after);
  }
  const strayed = await appliedOtherwise(previewed, tools);
  const value = plan.isPublish ? PROVEN : await checkValue(tenant);
  const problems = [
    ...(strayed.length > 0 ? [appliedOtherwiseProblem(stack, strayed)] : []),
    ...(value.result === "refused" ? [refusedValue(stack, value)] : []),
  ];
  if (problems.length > 0) return failedOutcome(stack, problems, before, after);
  return { stack, ...done(previewed), before, after, value, problems: [] };
}

function done({ plan, waiting }: PreviewedRotation): Pick<SecretOutcome, "outcome" | "reason" | "sentence"> {
  const outcome = plan.reason.code === "rolled-back" ? "rolled-back" : plan.isPublish ? "rotated" : "retired";
  const { reason, sentence } = plan.isPublish ? saidOf(plan) : retirement(plan);
  return { outcome, reason, sentence: waiting === "" ? sentence : `${sentence} Not applied: ${waiting}` };
}

const PROVEN: ValueCheck = {
  result: "accepted",
  detail: "Entra accepted the new value three times before it was published",
};

function notDone(
  { stack }: Tenant,
  { plan, isRetiring }: { readonly plan: SlotPlan; readonly isRetiring: boolean },
  before: string,
  value: ValueCheck | null,
): SecretOutcome {
  const { reason, sentence } = isRetiring ? retirement(plan) : saidOf(plan);
  const isIdle = !(plan.isPublish || isRetiring);
  return {
    stack,
    outcome: "not-due",
    reason: reason === "retired" && !isRetiring ? "unchanged" : reason,
    sentence: isIdle ? `Next rotation on ${plan.nextRotationOn}.` : `Would happen: ${sentence}`,
    before,
    after: before,
    value,
    problems: [],
  };
}

function saidOf({ reason: { code, sentence } }: SlotPlan) {
  return { reason: code, sentence };
}

/** The plan's sentence where its overlap has ended; otherwise a run was interrupted between the publish and the removal. */
function retirement(plan: SlotPlan): ReturnType<typeof saidOf> {
  if (plan.reason.code === "retired") return saidOf(plan);
  return { reason: "retired", sentence: "A secret that an earlier run replaced but could not remove is removed." };
}

function keyIdOf(record: PublishedRecord): string {
  return record.slots[record.current]?.keyId ?? "";
}
