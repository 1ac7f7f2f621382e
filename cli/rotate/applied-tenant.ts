import { type HeldResource, heldResources } from "../../clients/pulumi/stack-state";
import { type Applied, asApplied } from "../../configuration/applied";
import { type RotationTargets, rotationTargets } from "../../rotation/limited-run";
import { planSlots } from "../../rotation/plan";
import { readPublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { appliedIn } from "./applied";
import type { RotationTools } from "./rotate-stack";

type AppliedTools = Pick<RotationTools, "stacks" | "openAs">;

/** A tenant as it was last applied, whatever its stack file says by now. */
export interface AppliedTenant {
  readonly tenant: Tenant;
  readonly applied: Applied;
  readonly targets: RotationTargets;
  readonly held: readonly HeldResource[];
  /** The state that this was read from. */
  readonly exported: string;
}

/** Reads from the state where a stack publishes and by which rule; undefined when the state does not show it. */
export async function appliedTenant(
  { stack, configuration }: Tenant,
  { stacks, openAs }: AppliedTools,
): Promise<AppliedTenant | undefined> {
  const state = await stacks.state(stack);
  if (state === undefined) return undefined;
  const held = heldResources(state);
  const targets = rotationTargets(held);
  const applied = targets && appliedIn(held, targets);
  if (targets === undefined || applied === undefined) return undefined;
  const tenant = await openAs(asApplied(configuration, applied));
  return { tenant, applied, targets, held, exported: state.exported };
}

/**
 * The tenant where its client secret is published. A stack file may name another place, or a longer rule, that is not approved yet: that
 * must not hide what is due. The state is read only where the file could hide it. Never throws: the next read reports the failure.
 */
export async function publishedTenant(configured: Tenant, tools: AppliedTools): Promise<Tenant> {
  if (await isInAccord(configured)) return configured;
  const there = await appliedTenant(configured, tools).catch(() => undefined);
  const published = there && (await readPublishedState(there.tenant).catch(() => undefined));
  return there === undefined || published === undefined ? configured : there.tenant;
}

/** Whether the vault shows an entry where the file says, which the publish did not expect to be rotated by now. */
async function isInAccord(tenant: Tenant): Promise<boolean> {
  const { configuration, stack, today } = tenant;
  try {
    const published = await readPublishedState(tenant);
    if (published === undefined) return false;
    const schedule = { ...configuration.rotation, tenantId: configuration.tenant.id };
    return today < published.record.dueOn || planSlots(published.record, schedule, today, { origin: stack }).isPublish;
  } catch (error) {
    // The run itself reports damaged tags, and an emergency rotation repairs them.
    return (error as { problems?: readonly { code: string }[] }).problems?.[0]?.code === "unreadable-record";
  }
}
