import { type AccessChange, contentOf, powerOf } from "../diff";
import { type AccessReport, highestRisk, type OwnNames, type ReportedStack, rank } from "./report";

/** Stacks whose changes are the same but for names that every tenant has one of. */
export interface ChangeGroup {
  readonly stacks: readonly ReportedStack[];
  /** As they are where all stacks agree to the letter; else with "its reporting user" and the like. */
  readonly changes: readonly AccessChange[];
  /** The names that were looked past; each stack's own are then listed beside it. */
  readonly lookedPast: readonly (keyof typeof general)[];
}

/** What stands for a name that every tenant has one of. */
const general = {
  reportingUser: "its reporting user",
  vault: "its vault",
  tenantIds: "(its own)",
  displayName: "its name",
} as const satisfies Record<keyof OwnNames, string>;

/** Groups the stacks that changed, highest risk first, then the larger group. */
export function groupChanges({ stacks }: Pick<AccessReport, "stacks">): readonly ChangeGroup[] {
  const groups = new Map<string, ReportedStack[]>();
  for (const stack of stacks) {
    if (stack.changes.length === 0) continue;
    const key = JSON.stringify(generalOf(stack));
    const group = groups.get(key) ?? [];
    group.push(stack);
    groups.set(key, group);
  }
  return [...groups.values()].map(groupOf).sort(byWeight);
}

function groupOf(stacks: readonly ReportedStack[]): ChangeGroup {
  const [first] = stacks;
  const changes = first?.changes ?? [];
  const literal = JSON.stringify(changes);
  const isGeneral = stacks.some((stack) => JSON.stringify(stack.changes) !== literal);
  if (!isGeneral || first === undefined) return { stacks, changes, lookedPast: [] };
  const told = generalOf(first);
  const text = JSON.stringify(told);
  const names = Object.keys(general) as (keyof typeof general)[];
  return { stacks, changes: told, lookedPast: names.filter((name) => text.includes(general[name])) };
}

function byWeight(one: ChangeGroup, other: ChangeGroup): number {
  const risk = (group: ChangeGroup) => rank(highestRisk(group.changes) ?? "low");
  return risk(other) - risk(one) || other.stacks.length - one.stacks.length;
}

function generalOf({ changes, own }: ReportedStack): readonly AccessChange[] {
  return changes.map((change) => generalChange(change, own));
}

function generalChange(change: AccessChange, own: OwnNames): AccessChange {
  const { holder, vault, entry, detail } = change.subject;
  const name = (text: string | null) => (text !== null && text === own.reportingUser ? general.reportingUser : text);
  const subject = {
    ...change.subject,
    holder: holder && { ...holder, name: name(holder.name) ?? "" },
    vault: vault === own.vault && vault !== null ? general.vault : vault,
    entry: contentOf(entry) === "other" ? entry : contentOf(entry),
    detail: detail === null ? null : withoutOwn(detail, own),
  };
  return { ...change, subject, before: name(change.before), after: name(change.after), power: powerOf(subject) };
}

function withoutOwn(detail: string, own: OwnNames): string {
  if (detail === own.displayName) return general.displayName;
  return own.tenantIds.reduce((text, id) => text.split(id).join(general.tenantIds), detail);
}
