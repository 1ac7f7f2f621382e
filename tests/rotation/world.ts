import type { Day } from "../../model/day";
import { type PlannedSlot, type PlanOptions, planSlots, rollbackProblems, type SlotPlan } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import { type PublishedRecord, readRecord, recordTags, type SlotName, slotNames } from "../../rotation/record";
import type { RotationSchedule } from "../../rotation/schedule";
import { replacedProblems } from "../../rotation/state-slots";
import type { StateSlots } from "../../rotation/state-view";
import { guidOf } from "../support/azure-answers";

/** Where a run breaks off. `none` is a run that succeeds. */
export type Failure = "none" | "at-mint" | "at-proof" | "after-publish";

export interface Credential {
  readonly keyId: string;
  readonly slot: PlannedSlot;
  readonly mintedOn: Day;
}

/** What one run did, for the checks. */
export interface Outcome {
  readonly plan: SlotPlan;
  readonly minted: readonly Credential[];
  readonly removed: readonly string[];
  readonly published: string | undefined;
  /** Why the program went no further; empty when it did. */
  readonly refusals: readonly string[];
  readonly hasSucceeded: boolean;
}

const deployment = { id: "0dd0f1ce-0000-4000-8000-000000000001", tenantId: "11111111-1111-4111-8111-111111111111" };

/**
 * Entra, the vault and the engine's state, as far as rotation sees them. It applies a plan the way the engine does:
 * mint, prove and publish, and only when all of that succeeded remove what is no longer declared.
 */
export class World {
  /** Living credentials by key id. */
  readonly entra = new Map<string, Credential>();
  vault: { readonly tags: Readonly<Record<string, string>>; readonly keyId: string } | undefined;
  private readonly declared = new Map<SlotName, Credential>();
  private replaced: string[] = [];
  private minted = 0;

  get record(): PublishedRecord | undefined {
    return this.vault && readRecord(this.vault.tags).record;
  }

  run(today: Day, schedule: RotationSchedule, options: PlanOptions, failure: Failure = "none"): Outcome {
    const record = this.record;
    const plan = planSlots(record, schedule, today, options);
    const outcome = {
      ...{ plan, minted: [] as Credential[], removed: [] as string[] },
      ...{ published: this.vault?.keyId, refusals: [] as string[] },
    };
    // The program refuses before it declares anything.
    const refusals = [...rollbackProblems(record, schedule, today, options), ...replacedProblems(plan, this.inState())];
    if (refusals.length > 0) return { ...outcome, refusals, hasSucceeded: false };

    for (const name of slotNames) {
      const slot = plan.slots[name];
      const old = this.declared.get(name);
      if (!slot || (old && JSON.stringify(old.slot) === JSON.stringify(slot))) continue;
      if (failure === "at-mint") return { ...outcome, hasSucceeded: false };
      const fresh = this.mint(slot, today);
      outcome.minted.push(fresh);
      this.declared.set(name, fresh);
      // The engine removes a replaced credential at the end of the first update that succeeds, not at once.
      if (old) this.replaced.push(old.keyId);
    }

    const keyIds = { a: this.declared.get("a")?.keyId, b: this.declared.get("b")?.keyId };
    const tags = recordTags(recordAfter(plan, deployment, keyIds));
    const keyId = keyIds[plan.current]!;
    if (JSON.stringify(tags) !== JSON.stringify(this.vault?.tags) || keyId !== this.vault?.keyId) {
      const isAccepted = this.entra.has(keyId) && this.entra.get(keyId)!.slot.end > today;
      if (failure === "at-proof" || !isAccepted) return { ...outcome, hasSucceeded: false };
      this.vault = { tags, keyId };
    }
    if (failure !== "none") return { ...outcome, published: keyId, hasSucceeded: false };

    outcome.removed.push(...this.removeUndeclared(plan));
    return { ...outcome, published: keyId, hasSucceeded: true };
  }

  /** What the engine's state holds in the slots. */
  inState(): StateSlots {
    return Object.fromEntries([...this.declared].map(([name, { slot, keyId }]) => [name, { ...slot, keyId }]));
  }

  private mint(slot: PlannedSlot, today: Day): Credential {
    this.minted += 1;
    const credential = { keyId: guidOf(`credential ${this.minted}`), slot, mintedOn: today };
    this.entra.set(credential.keyId, credential);
    return credential;
  }

  private removeUndeclared(plan: SlotPlan): readonly string[] {
    const gone = [...this.replaced];
    for (const name of slotNames) {
      const credential = this.declared.get(name);
      if (!credential || plan.slots[name]) continue;
      gone.push(credential.keyId);
      this.declared.delete(name);
    }
    for (const keyId of gone) this.entra.delete(keyId);
    this.replaced = [];
    return gone;
  }
}
