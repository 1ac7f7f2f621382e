import type { Day } from "../model/day";
import { agreementProblems, disagreements, slotDisagreements } from "./agreement";
import { type DeploymentFacts, deploymentProblems } from "./deployment";
import { type MissingEntry, missingEntryFindings } from "./missing-entry";
import { type PlanOptions, planSlots, rollbackProblems, type SlotPlan } from "./plan";
import { type PublishedRecord, readRecord } from "./record";
import type { RotationSchedule } from "./schedule";
import { replacedProblems } from "./state-slots";
import type { StateView, Tags } from "./state-view";

/** The published entry beside what the state knows of it. */
export interface EntryFacts {
  readonly name: string;
  /** Where a run publishes, without a trailing slash. */
  readonly address: string;
  readonly stack: string;
  readonly tags: Tags;
  /** Whether these tags are handed over in place of the entry's own, which are damaged. */
  readonly isRepair: boolean;
}

/** Everything a rotation is decided by. What a caller did not ask is left out, and refuses nothing. */
export interface RotationFacts {
  readonly today: Day;
  readonly schedule: RotationSchedule;
  readonly options: PlanOptions;
  /** What is published, or goes on after a move; undefined before the first publish. */
  readonly record: PublishedRecord | undefined;
  /** What this stack's state held before the run. */
  readonly state?: StateView | undefined;
  /** Whose entry it is, and where it belongs. */
  readonly deployment?: DeploymentFacts | undefined;
  readonly entry?: EntryFacts | undefined;
  /** What became of an entry that the vault does not show. */
  readonly missing?: MissingEntry | undefined;
  /** Why the vault cannot hold entries. */
  readonly vaultProblems?: readonly string[] | undefined;
}

/** What both slots shall hold, or every reason why nothing may be planned. */
export type Decision = { readonly warnings: readonly string[] } & (
  | { readonly plan: SlotPlan; readonly problems?: undefined }
  | { readonly plan?: undefined; readonly problems: readonly string[] }
);

/** Decides about a rotation. Pure: the program and `rotate` gather facts, call this once and use its words. */
export function decide(facts: RotationFacts): Decision {
  const misplaced = facts.deployment ? deploymentProblems(facts.deployment) : [];
  // A place that was left by mistake is reported already; the entry is missing there because of it.
  const missing = facts.missing && misplaced.length === 0 ? missingEntryFindings(facts.missing) : undefined;
  const warnings = missing?.warnings ?? [];
  const problems = [
    ...misplaced,
    ...entryProblems(facts),
    ...rollbackProblems(facts.record, facts.schedule, facts.today, facts.options),
    ...(facts.vaultProblems ?? []),
    ...(missing?.problems ?? []),
  ];
  if (problems.length > 0) return { problems, warnings };
  const plan = planSlots(facts.record, facts.schedule, facts.today, facts.options);
  const replaced = replacedProblems(plan, facts.state?.slots ?? {});
  return replaced.length > 0 ? { problems: replaced, warnings } : { plan, warnings };
}

/** Why nothing may be planned from the entry's tags: they are not those that this stack published. */
function entryProblems({ entry, state }: RotationFacts): readonly string[] {
  if (entry === undefined || state === undefined) return [];
  const { record } = readRecord(entry.tags);
  // Unreadable tags are refused by name already.
  if (record === undefined) return [];
  // A repair brings other tags than the entry's on purpose; what they say of a secret must still be so.
  const found = entry.isRepair
    ? slotDisagreements(record, state.slots)
    : disagreements(entry.tags, entry.address, state);
  return agreementProblems(entry.name, entry.stack, found);
}
