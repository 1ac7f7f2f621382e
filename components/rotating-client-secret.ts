import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { firstInstant } from "../model/day";
import type { PlannedSlot, SlotPlan } from "../rotation/plan";
import { recordAfter } from "../rotation/publication";
import { recordTags, type SlotName, slotNames } from "../rotation/record";
import { failOn } from "./problems";

export interface RotatingClientSecretArgs {
  /** Resource ID of the application that owns the secrets (`/applications/…`). */
  readonly applicationId: pulumi.Input<string>;
  /** What each slot holds; decided by `planSlots`. */
  readonly plan: SlotPlan;
  /** The rule behind the plan. Kept in the component's own record, so that a review shows a changed rule; no credential changes with it. */
  readonly rule: { readonly everyDays: number; readonly overlapDays: number; readonly lifetimeDays: number };
  /** Id of this deployment, for the record. */
  readonly deploymentId: string;
  /** Partner tenant, for the record. */
  readonly tenantId: pulumi.Input<string>;
}

type Passwords = Partial<Record<SlotName, azuread.ApplicationPassword>>;

/**
 * Two client secrets, so that one keeps working while the other takes over. A slot that leaves the plan is removed by
 * the engine at the end of an update, and only when everything before it, the publish included, succeeded.
 */
export class RotatingClientSecret extends pulumi.ComponentResource {
  /** Identifies the current secret in Entra. Safe to log. */
  readonly keyId: pulumi.Output<string>;
  /** The current secret itself. Always marked secret. */
  readonly value: pulumi.Output<string>;
  /** What to write beside the secret: tags that say exactly which secrets exist and which one is published. */
  readonly recordTags: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: RotatingClientSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("partner-access:index:RotatingClientSecret", name, { ...args.rule }, opts);
    failOn(slotProblems(args.plan), this, `RotatingClientSecret "${name}"`);

    const passwords = this.createSlots(name, args);
    const current = passwords[args.plan.current] as azuread.ApplicationPassword;

    this.keyId = current.keyId;
    this.value = pulumi.secret(current.value);
    this.recordTags = tagsOf(passwords, args);
    // What the publish is about to write. It reaches the state before the proof has ended: a publish whose answer is lost is known by it.
    this.registerOutputs({ keyId: this.keyId, recordTags: this.recordTags });
  }

  private createSlots(name: string, { plan, applicationId }: RotatingClientSecretArgs): Passwords {
    const passwords: Passwords = {};
    for (const slotName of slotNames) {
      const slot = plan.slots[slotName];
      if (slot) passwords[slotName] = this.createPassword(`${name}-secret-${slotName}`, slot, applicationId);
    }
    return passwords;
  }

  /** Every input replaces the credential, so each must come from the plan alone: never from a clock or a name of today. */
  private createPassword(
    name: string,
    slot: PlannedSlot,
    applicationId: pulumi.Input<string>,
  ): azuread.ApplicationPassword {
    return new azuread.ApplicationPassword(
      name,
      {
        applicationId,
        displayName: slot.displayName,
        // Not `endDateRelative`: the provider ignores it, and Entra would then choose two years.
        endDate: firstInstant(slot.end),
        rotateWhenChanged: { generation: String(slot.generation) },
      },
      // A protected component must still rotate: the engine would refuse to remove a secret whose time is over.
      { parent: this, protect: false },
    );
  }
}

function tagsOf(
  passwords: Passwords,
  { plan, deploymentId, tenantId }: RotatingClientSecretArgs,
): pulumi.Output<Readonly<Record<string, string>>> {
  return pulumi
    .all([passwords.a?.keyId, passwords.b?.keyId, tenantId])
    .apply(([a, b, tenant]) => recordTags(recordAfter(plan, { id: deploymentId, tenantId: tenant }, { a, b })));
}

function slotProblems({ slots, current }: SlotPlan): readonly string[] {
  const problems: string[] = [];
  if (!slots[current]) problems.push(`plan.current must be an occupied slot, got ${current}, which is empty`);
  if (slots.a && slots.b && slots.a.generation === slots.b.generation) {
    problems.push(`plan.slots must hold two different generations, got ${slots.a.generation} twice`);
  }
  for (const slotName of slotNames) {
    const slot = slots[slotName];
    if (slot && slot.end <= slot.start) {
      problems.push(`plan.slots.${slotName} must end after it starts, got ${slot.start} to ${slot.end}`);
    }
  }
  return problems;
}
