import { outputsIn } from "../../clients/stack-state";
import type { Stacks } from "../../clients/stacks";
import type { PlanOptions, SlotPlan } from "../../rotation/plan";
import { planSlots, rollbackProblems } from "../../rotation/plan";
import { type PublishedRecord, type SlotName, slotNames } from "../../rotation/record";
import { otherChanges } from "../../rotation/scope";
import { stateView } from "../../rotation/state-view";
import type { ValueCheck } from "../../rotation/value-check";
import type { Surroundings } from "../command";
import { CommandError, problemsOf } from "../document";
import {
  type DirectorySight,
  lookAtDirectory,
  lookAtVault,
  nothingPublished,
  type VaultSight,
} from "../operations/look";
import { findRepair, type Repair, repairEnvironment } from "../operations/repair";
import { checkValue, refusedValue } from "../operations/value";
import { type Digest, unapproved } from "../review/binding";
import { unapprovedChanges } from "../review/granted";
import { stackSettings } from "../review/stack-settings";
import type { Tenant } from "../tenant";
import { forgetLeftovers, removedProblems } from "./leftovers";
import { failedOutcome, type SecretOutcome } from "./outcome";
import { needsRecovery, refuseAnswered, refuseDisabled, refuseStopped, refuseUnhealthy } from "./refusals";
import { requestRotation } from "./request-rotation";
import { otherChangesProblem, problemsOfRun } from "./run-problems";

/** What one run asks of a stack beside its schedule. */
export interface RotationWish {
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
  readonly surroundings: Pick<Surroundings, "projectDirectory" | "signal" | "env">;
  readonly news: (text: string) => void;
}

/** Decides from the vault's record whether a stack is due, and if so lets the engine rotate it. Never throws. */
export async function rotateStack(tenant: Tenant, wish: RotationWish, tools: RotationTools): Promise<SecretOutcome> {
  let before: string | null = null;
  try {
    const { sight, repair } = await lookThroughDamage(tenant, wish, tools);
    if (sight === undefined) throw await nothingPublished(tenant);
    before = keyIdOf(sight.record);
    const directory = await lookAtDirectory(tenant, sight.clientId);
    refuseStopped(tenant, sight, directory);
    const plan = planFor(tenant, sight.record, wish);
    refuseUnhealthy(tenant, sight, plan, directory);
    const isRetiring = keyIdsToRetire(plan, sight, directory).length > 0;
    refuseDisabled(sight, plan);
    if (!isRetiring) refuseAnswered(tenant, sight.record, plan, wish);
    // After every refusal: a run that cannot start must not leave a request behind. Before the engine, so that a killed one finds it again.
    if (wish.compromised !== undefined && !wish.isPlanOnly) {
      requestRotation(tools.surroundings.projectDirectory, tenant.stack, wish.compromised);
    }
    if (plan.isPublish || isRetiring) {
      if (wish.isPlanOnly) return notDone(tenant, { plan, isRetiring }, before, null);
      return await apply(tenant, plan, before, { ...wish, repair }, tools);
    }
    // Answered before, and tampered with since: only a publish could have taken that along.
    if (repair !== undefined) throw needsRecovery(tenant);
    const isForgotten = !wish.isPlanOnly && (await forgetLeftovers(tenant, { plan, sight, directory }, tools));
    const value = await checkValue(tenant);
    if (value.result === "refused") return failedOutcome(tenant.stack, [refusedValue(tenant.stack, value)], before);
    if (isForgotten) return { ...notDone(tenant, { plan, isRetiring }, before, value), ...FORGOTTEN };
    return notDone(tenant, { plan, isRetiring }, before, value);
  } catch (error) {
    return failedOutcome(tenant.stack, problemsOf(error), before);
  }
}

const FORGOTTEN = {
  outcome: "retired",
  reason: "retired",
  sentence: "A previous secret that Entra had removed without an answer is not waited for any more.",
} as const;

/**
 * In an emergency a record that was tampered with must not stand in the way: it is replaced by the one that state and older versions give.
 * Every other run ends there, and says what repairs it.
 */
async function lookThroughDamage(tenant: Tenant, { compromised, isPlanOnly }: RotationWish, { stacks }: RotationTools) {
  const repair = compromised === undefined || isPlanOnly ? undefined : await findRepair(tenant, stacks);
  if (repair === undefined) return { sight: await lookAtVault(tenant), repair };
  return { sight: await lookAtVault(tenant, repair.tags), repair };
}

async function apply(
  tenant: Tenant,
  plan: SlotPlan,
  before: string,
  { expected, repair }: RotationWish & { readonly repair: Repair | undefined },
  tools: RotationTools,
): Promise<SecretOutcome> {
  const { stack } = tenant;
  const env = repairEnvironment(repair);
  const settings = stackSettings(tools.surroundings.projectDirectory, stack);
  tools.news("preview");
  const { run: preview, document } = await tools.stacks.previewDocument(stack, { env });
  if (!preview.ok) return failedOutcome(stack, problemsOfRun(stack, preview, "preview-failed"), before);
  const context = { ...tools, settings, tenant: async () => tenant };
  const refusals = expected ? await unapproved(stack, expected, document, context) : [];
  if (refusals.length > 0) return failedOutcome(stack, refusals, before);
  // Valid and unknown to the state: no update removes it. `status` calls it an orphan, and tells how it goes.
  if (!plan.isPublish && preview.changes.length === 0) {
    return notDone(tenant, { plan, isRetiring: false }, before, await checkValue(tenant));
  }
  const others = otherChanges(preview.changes);
  if (others.length > 0) return failedOutcome(stack, [otherChangesProblem(stack, others)], before);
  // A resource with the name of a slot may be anything: what a rotation may change is what the state grants already.
  const exported = expected ? undefined : (await tools.stacks.state(stack))?.exported;
  const unknown = expected
    ? []
    : await unapprovedChanges(stack, { changes: preview.changes, document, exported }, context);
  if (unknown.length > 0) return failedOutcome(stack, unknown, before);
  tools.news(plan.reason.sentence);
  const up = (variables: Readonly<Record<string, string>>) =>
    tools.stacks.up(stack, {
      env: variables,
      onEvent: (event) =>
        event.kind === "step" && !event.isDone && tools.news(`${event.change.operation} ${event.change.name}`),
    });
  let run = await up(env);
  // What the vault says now, not what the run says: a failed run may have published all the same.
  const seen = await lookAtVault(tenant).catch(() => undefined);
  const after = seen === undefined ? before : keyIdOf(seen.record);
  // The answer to the publish was lost: the state does not know of it yet. It goes by what is published, so no repair this time.
  if (!run.ok && seen !== undefined && (await isUnconfirmed(tenant, seen, before, tools))) {
    tools.news("the publish succeeded without an answer: taking it over");
    run = await up({});
  }
  if (!run.ok) {
    const problems = [...(await removedProblems(tenant, tools)), ...problemsOfRun(stack, run, "update-failed")];
    return failedOutcome(stack, problems, before, after);
  }
  const outcome = plan.reason.code === "rolled-back" ? "rolled-back" : plan.isPublish ? "rotated" : "retired";
  const value = plan.isPublish ? PROVEN : await checkValue(tenant);
  const refused = value.result === "refused" ? [refusedValue(stack, value)] : [];
  if (refused.length > 0) return failedOutcome(stack, refused, before, after);
  return { stack, outcome, ...(plan.isPublish ? saidOf(plan) : retirement(plan)), before, after, value, problems: [] };
}

const PROVEN: ValueCheck = {
  result: "accepted",
  detail: "Entra accepted the new value three times before it was published",
};

/** Whether the vault holds what this run was to publish, and the state does not know that. */
async function isUnconfirmed(
  { stack }: Tenant,
  { entry, record }: VaultSight,
  before: string,
  { stacks }: RotationTools,
): Promise<boolean> {
  if (keyIdOf(record) === before) return false;
  const state = await stacks.state(stack).catch(() => undefined);
  return state !== undefined && stateView(outputsIn(state)).entry?.tags["record"] !== entry.tags["record"];
}

function planFor(tenant: Tenant, record: PublishedRecord, wish: RotationWish): SlotPlan {
  const { rotation, tenant: partner } = tenant.configuration;
  const text = wish.compromised ?? rotation.request;
  const isCompromised = wish.compromised !== undefined || rotation.compromised;
  const options: PlanOptions = {
    origin: tenant.stack,
    rollback: wish.rollback,
    ...(text && { request: { text, isCompromised } }),
  };
  const schedule = { ...rotation, tenantId: partner.id };
  const problems = rollbackProblems(record, schedule, tenant.today, options);
  if (problems.length > 0) {
    throw new CommandError(problems.map((message) => ({ code: "no-rollback", message, fix: "Rotate instead." })));
  }
  return planSlots(record, schedule, tenant.today, options);
}

/**
 * Published once, kept by nothing, and still valid: the previous slot after its overlap, or what a run that published could not remove
 * any more. The record says neither whether that was done, so the tenant is asked: "not due" must not leave a compromised secret alive.
 */
function keyIdsToRetire(plan: SlotPlan, sight: VaultSight, { application }: DirectorySight): readonly string[] {
  if (plan.isPublish) return [];
  const kept = new Set(slotNames.flatMap((name) => (plan.slots[name] ? keyIdsOf(sight.record, name) : [])));
  const records = [...sight.versions.flatMap(({ reading }) => reading.record ?? []), sight.record];
  const published = new Set(records.flatMap((record) => slotNames.flatMap((name) => keyIdsOf(record, name))));
  const living = application?.credentials.map(({ keyId }) => keyId.toLowerCase()) ?? [];
  return living.filter((keyId) => published.has(keyId) && !kept.has(keyId));
}

function keyIdsOf({ slots }: PublishedRecord, name: SlotName): readonly string[] {
  const keyId = slots[name]?.keyId;
  return keyId === undefined ? [] : [keyId.toLowerCase()];
}

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

/** In the plan's words where its overlap has ended; else a run has broken off between the publish and the removal. */
function retirement(plan: SlotPlan): ReturnType<typeof saidOf> {
  if (plan.reason.code === "retired") return saidOf(plan);
  return { reason: "retired", sentence: "A secret that an earlier run replaced and could not remove is not kept." };
}

function keyIdOf(record: PublishedRecord): string {
  return record.slots[record.current]?.keyId ?? "";
}
