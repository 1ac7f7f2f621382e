import { isLockRefusal } from "../../clients/stack-lock";
import type { StackRun, Stacks } from "../../clients/stacks";
import { commandLine } from "../../permissions/command-line";
import type { PlanOptions, SlotPlan } from "../../rotation/plan";
import { planSlots, rollbackProblems } from "../../rotation/plan";
import { type PublishedRecord, type SlotName, slotNames } from "../../rotation/record";
import { otherChanges } from "../../rotation/scope";
import type { Surroundings } from "../command";
import { CommandError, type Problem, problemsOf } from "../document";
import { lockProblem } from "../operations/locks";
import { lookAtVault, nothingPublished, type VaultSight } from "../operations/look";
import { removedClientSecrets } from "../operations/removed-secrets";
import { type Digest, unapproved } from "../review/binding";
import { unapprovedChanges } from "../review/granted";
import type { Tenant } from "../tenant";
import { failedOutcome, type SecretOutcome } from "./outcome";
import { requestRotation } from "./request-rotation";

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
    const sight = await lookAtVault(tenant);
    if (sight === undefined) throw await nothingPublished(tenant);
    before = keyIdOf(sight.record);
    await refuseStopped(tenant, sight);
    const plan = planFor(tenant, sight.record, wish);
    const isRetiring = (await keyIdsToRetire(tenant, plan, sight)).length > 0;
    refuseDisabled(sight, plan);
    if (!isRetiring) refuseAnswered(tenant, sight.record, plan, wish);
    // After every refusal: a run that cannot start must not leave a request behind. Before the engine, so that a killed one finds it again.
    if (wish.compromised !== undefined && !wish.isPlanOnly) {
      requestRotation(tools.surroundings.projectDirectory, tenant.stack, wish.compromised);
    }
    if (wish.isPlanOnly || !(plan.isPublish || isRetiring)) return notDone(tenant, plan, isRetiring, before);
    return await apply(tenant, plan, before, wish, tools);
  } catch (error) {
    return failedOutcome(tenant.stack, problemsOf(error), before);
  }
}

async function apply(
  tenant: Tenant,
  plan: SlotPlan,
  before: string,
  { expected }: RotationWish,
  tools: RotationTools,
): Promise<SecretOutcome> {
  const { stack } = tenant;
  tools.news("preview");
  const { run: preview, document } = await tools.stacks.previewDocument(stack);
  if (!preview.ok) return failedOutcome(stack, problemsOfRun(stack, preview, "preview-failed"), before);
  const context = { ...tools, tenant: async () => tenant };
  const refusals = expected ? await unapproved(stack, expected, document, context) : [];
  if (refusals.length > 0) return failedOutcome(stack, refusals, before);
  // Valid and unknown to the state: no update removes it. `status` calls it an orphan, and tells how it goes.
  if (!plan.isPublish && preview.changes.length === 0) return notDone(tenant, plan, false, before);
  const others = otherChanges(preview.changes);
  if (others.length > 0) return failedOutcome(stack, [otherChangesProblem(stack, others)], before);
  // A resource with the name of a slot may be anything: what a rotation may change is what the state grants already.
  const exported = expected ? undefined : (await tools.stacks.state(stack))?.exported;
  const unknown = expected
    ? []
    : await unapprovedChanges(stack, { changes: preview.changes, document, exported }, context);
  if (unknown.length > 0) return failedOutcome(stack, unknown, before);
  tools.news(plan.reason.sentence);
  const run = await tools.stacks.up(stack, {
    onEvent: (event) =>
      event.kind === "step" && !event.isDone && tools.news(`${event.change.operation} ${event.change.name}`),
  });
  // What the vault says now, not what the run says: a failed run may have published all the same.
  const seen = await lookAtVault(tenant).catch(() => undefined);
  const after = seen === undefined ? before : keyIdOf(seen.record);
  if (!run.ok) {
    const problems = [...(await removedProblems(tenant, tools)), ...problemsOfRun(stack, run, "update-failed")];
    return failedOutcome(stack, problems, before, after);
  }
  const outcome = plan.reason.code === "rolled-back" ? "rolled-back" : plan.isPublish ? "rotated" : "retired";
  return { stack, outcome, ...(plan.isPublish ? saidOf(plan) : retirement(plan)), before, after, problems: [] };
}

/** A removal that Entra did and answered with an error: the engine would try it again in every update, and fail. */
async function removedProblems(tenant: Tenant, { stacks }: RotationTools): Promise<readonly Problem[]> {
  const removed = await removedClientSecrets(tenant, stacks).catch(() => []);
  if (removed.length === 0) return [];
  const keyIds = removed.map(({ id }) => id?.split("/").at(-1)).join(", ");
  return [
    {
      code: "removed-secret",
      message: `the state still has to remove ${keyIds}, which Entra has removed already: every update would fail there`,
      fix: commandLine("recover", "-s", tenant.stack),
    },
  ];
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
async function keyIdsToRetire(tenant: Tenant, plan: SlotPlan, sight: VaultSight): Promise<readonly string[]> {
  if (plan.isPublish) return [];
  const kept = new Set(slotNames.flatMap((name) => (plan.slots[name] ? keyIdsOf(sight.record, name) : [])));
  const records = [...sight.versions.flatMap(({ reading }) => reading.record ?? []), sight.record];
  const published = new Set(records.flatMap((record) => slotNames.flatMap((name) => keyIdsOf(record, name))));
  // Nothing but what is kept was ever published: nobody need be asked.
  if ([...published].every((keyId) => kept.has(keyId))) return [];
  const application = await tenant.graph.application(sight.clientId);
  const living = application?.credentials.map(({ keyId }) => keyId.toLowerCase()) ?? [];
  return living.filter((keyId) => published.has(keyId) && !kept.has(keyId));
}

function keyIdsOf({ slots }: PublishedRecord, name: SlotName): readonly string[] {
  const keyId = slots[name]?.keyId;
  return keyId === undefined ? [] : [keyId.toLowerCase()];
}

async function refuseStopped(tenant: Tenant, { clientId }: VaultSight): Promise<void> {
  const principal = await tenant.graph.principal(clientId);
  if (principal?.isEnabled !== false) return;
  throw new CommandError([
    {
      code: "stopped",
      message: `${tenant.stack} was stopped: the service principal of ${clientId} is disabled`,
      fix: `First: ${commandLine("resume", "-s", tenant.stack)}`,
    },
  ]);
}

/** "Not due" would be a green run while no consumer can read the secret. A publish writes a version that is enabled. */
function refuseDisabled({ entry }: VaultSight, plan: SlotPlan): void {
  if (entry.isEnabled || plan.isPublish) return;
  throw new CommandError([
    {
      code: "version-disabled",
      message: `the latest version of ${entry.name} is disabled: every read of it is refused, and no rotation is due`,
      fix: "Enable that version in the vault; or, if it was disabled because the secret leaked, rotate with --compromised.",
    },
  ]);
}

/**
 * A reason is answered once, so that a repeated run does nothing. In another emergency with the words of an earlier one that would look like
 * success, and the leaked secret would live on. On the day of the answer it is the same run again.
 */
function refuseAnswered({ today }: Tenant, record: PublishedRecord, plan: SlotPlan, wish: RotationWish): void {
  const reason = wish.compromised ?? wish.rollback;
  if (reason === undefined || plan.isPublish || record.publishedOn === today) return;
  throw new CommandError([
    {
      code: "already-answered",
      message: `the reason ${JSON.stringify(reason)} was answered before: nothing was published for it now, the published secret is of ${record.publishedOn}`,
      fix: `Give a reason of its own, for example ${JSON.stringify(`${reason} (${today})`)}.`,
    },
  ]);
}

function notDone(tenant: Tenant, plan: SlotPlan, isRetiring: boolean, before: string): SecretOutcome {
  const { reason, sentence } = isRetiring ? retirement(plan) : saidOf(plan);
  const isIdle = !(plan.isPublish || isRetiring);
  return {
    stack: tenant.stack,
    outcome: "not-due",
    reason: reason === "retired" && !isRetiring ? "unchanged" : reason,
    sentence: isIdle ? `Next rotation on ${plan.nextRotationOn}.` : `Would happen: ${sentence}`,
    before,
    after: before,
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

function otherChangesProblem(stack: string, others: ReturnType<typeof otherChanges>): Problem {
  const list = others.map(({ operation, type, name }) => `${operation} ${type} ${name}`).join(", ");
  return {
    code: "other-changes",
    message: `${stack} has changes that are no rotation: ${list}`,
    fix: `Review and apply them first: ${commandLine("up", "-s", stack)}`,
  };
}

function problemsOfRun(stack: string, run: StackRun, code: string): readonly Problem[] {
  return run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => (isLockRefusal(message) ? lockProblem(message, stack) : { code, message, fix: "" }));
}

function keyIdOf(record: PublishedRecord): string {
  return record.slots[record.current]?.keyId ?? "";
}
