import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import type { World } from "../../offline/emulator/world/world";
import { type AccessManifest, buildManifest, type ResourceRecord } from "../../permissions/manifest";

type Rule = AccessManifest["credentials"][number];

/**
 * The rule by which secrets are replaced, from what the program itself registered in the update that was applied, not under mocks. A
 * changed rule leaves no trace in tenant or vault until a secret is minted under it, because occupied slots stay as they are: so what a
 * review says of it is held against these records, and what is minted is held against them too (`secretProblems`).
 */
export function ruleIn(records: readonly ResourceRecord[]): Rule | undefined {
  const [rule, ...more] = buildManifest(records).credentials;
  if (more.length > 0) throw new Error("expected the secrets of one application");
  return rule;
}

export function ruleFacts(rule: Rule | undefined): readonly string[] {
  if (rule === undefined) return [];
  return [
    `rule: days between rotations ${rule.everyDays}`,
    `rule: days the previous secret stays valid ${rule.overlapDays}`,
    `rule: days a client secret lives ${rule.lifetimeDays}`,
  ];
}

/** The lifetimes that must be called a high risk: over the default, and longer than before or than the default. */
export function expectedAlarms(before: Rule | undefined, after: Rule | undefined): readonly string[] {
  const usual = 180;
  const days = after?.lifetimeDays ?? 0;
  return days > usual && days > (before?.lifetimeDays ?? usual) ? [String(days)] : [];
}

interface Slot {
  readonly generation: number;
  readonly keyId: string;
  readonly start: string;
  readonly end: string;
}

/** What the tenant and the vault hold of client secrets. */
export interface HeldSecrets {
  /** Key id and dates, as Graph shows them. */
  readonly inTenant: ReadonlyMap<string, string>;
  readonly slots: readonly Slot[];
  readonly publishedOn: string | undefined;
  readonly overlapEnds: string | undefined;
  readonly dueOn: string | undefined;
}

/** Read from Graph's credentials and the tags of the vault's entry. */
export function secretsIn(world: Pick<World, "tenants">, entry: string): HeldSecrets {
  const secret = world.tenants
    .get(homeTenant.id)!
    .secrets.all()
    .find(({ name }) => name === entry);
  const tags: Readonly<Record<string, string | undefined>> = secret?.versions.at(-1)?.tags ?? {};
  const applications = world.tenants.get(partnerTenant.id)!.applications.all();
  const application = applications.find(({ appId }) => appId === tags["clientId"]);
  const credentials = application?.passwordCredentials ?? [];
  return {
    inTenant: new Map(credentials.map((it) => [it.keyId, `${it.displayName} until ${it.endDateTime.slice(0, 10)}`])),
    slots: [tags["slotA"], tags["slotB"]].flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Slot])),
    publishedOn: tags["publishedOn"],
    overlapEnds: tags["overlapEnds"],
    dueOn: tags["dueOn"],
  };
}

const days = (from = "", to = "") => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** Secrets of the second look that were minted since the first. */
export function mintedSince(before: HeldSecrets, after: HeldSecrets): readonly Slot[] {
  const newest = Math.max(0, ...before.slots.map(({ generation }) => generation));
  return after.slots.filter(({ generation }) => generation > newest);
}

/**
 * An occupied slot never changes, whatever lifetime is reported since; what is minted lives as long as the rule of this update says, and
 * nothing is minted that the record does not name. Empty when all of that is so.
 */
export function secretProblems(before: HeldSecrets, after: HeldSecrets, rule: Rule | undefined): readonly string[] {
  const problems: string[] = [];
  for (const [keyId, facts] of after.inTenant) {
    const was = before.inTenant.get(keyId);
    if (was !== undefined && was !== facts) problems.push(`${keyId} was ${was}, is ${facts}`);
    const isNamed = after.slots.some((slot) => slot.keyId === keyId && facts.endsWith(` until ${slot.end}`));
    if (!isNamed) problems.push(`${keyId} (${facts}) is in the tenant and not in the record`);
  }
  for (const slot of after.slots) {
    const was = before.slots.find(({ generation }) => generation === slot.generation);
    if (was && JSON.stringify(was) !== JSON.stringify(slot)) {
      problems.push(`slot was ${JSON.stringify(was)}, is ${JSON.stringify(slot)}`);
    }
  }
  return [...problems, ...mintedSince(before, after).flatMap((slot) => mintedProblems(slot, after, rule))];
}

/** Whether a new secret follows the rule. It is due up to a tenth of the period early and by half its life, but not before the overlap ends. */
function mintedProblems(
  { start, end, generation }: Slot,
  after: HeldSecrets,
  rule: Rule | undefined,
): readonly string[] {
  const { everyDays, overlapDays, lifetimeDays } = rule ?? {};
  const problems: string[] = [];
  if (days(start, end) !== lifetimeDays) {
    problems.push(`generation ${generation} lives ${days(start, end)} days, the rule says ${lifetimeDays}`);
  }
  if (days(after.publishedOn, after.overlapEnds) !== overlapDays) {
    problems.push(`the overlap lasts until ${after.overlapEnds}, the rule says ${overlapDays} days`);
  }
  const half = Math.floor(days(start, end) / 2);
  const latest = Math.min(everyDays ?? 0, half);
  const earliest = Math.min(Math.ceil((everyDays ?? 0) * 0.9), half);
  const due = days(start, after.dueOn);
  if (due < earliest || (due > latest && after.dueOn !== after.overlapEnds)) {
    problems.push(`generation ${generation} is due after ${due} days, the rule says ${everyDays}`);
  }
  return problems;
}
