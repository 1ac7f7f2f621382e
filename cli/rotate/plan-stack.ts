import { decide } from "../../rotation/decide";
import type { PlanOptions, SlotPlan } from "../../rotation/plan";
import { type PublishedRecord, type SlotName, slotNames } from "../../rotation/record";
import { CommandError } from "../shared/document";
import type { DirectoryState, PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import type { RotateOptions } from "./rotate-stack";

/** The plan for one stack, under its schedule, its stack file's request and what this run asks for. */
export function planFor(tenant: Tenant, record: PublishedRecord, rotateOptions: RotateOptions): SlotPlan {
  const { rotation, tenant: partner } = tenant.configuration;
  const text = rotateOptions.compromised ?? rotation.request;
  const isCompromised = rotateOptions.compromised !== undefined || rotation.compromised;
  const options: PlanOptions = {
    origin: tenant.stack,
    rollback: rotateOptions.rollback,
    ...(text && { request: { text, isCompromised } }),
  };
  const schedule = { ...rotation, tenantId: partner.id };
  // Without the facts that only the program knows: it asks for them when the engine runs it.
  const { plan, problems } = decide({ record, schedule, today: tenant.today, options });
  if (problems === undefined) return plan;
  throw new CommandError(problems.map((message) => ({ code: "no-rollback", message, fix: "Rotate instead." })));
}

/**
 * Published once, kept by nothing, and still valid: the previous slot after its overlap, or what a run that published could not remove
 * any more. The record says neither whether that was done, so the tenant is asked: "not due" must not leave a compromised secret alive.
 */
export function keyIdsToRetire(
  plan: SlotPlan,
  published: PublishedState,
  { application }: DirectoryState,
): readonly string[] {
  if (plan.isPublish) return [];
  const kept = new Set(slotNames.flatMap((name) => (plan.slots[name] ? keyIdsOf(published.record, name) : [])));
  const records = [...published.versions.flatMap(({ reading }) => reading.record ?? []), published.record];
  const everPublished = new Set(records.flatMap((record) => slotNames.flatMap((name) => keyIdsOf(record, name))));
  const living = application?.credentials.map(({ keyId }) => keyId.toLowerCase()) ?? [];
  return living.filter((keyId) => everPublished.has(keyId) && !kept.has(keyId));
}

function keyIdsOf({ slots }: PublishedRecord, name: SlotName): readonly string[] {
  const keyId = slots[name]?.keyId;
  return keyId === undefined ? [] : [keyId.toLowerCase()];
}
