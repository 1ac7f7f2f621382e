import { counted } from "../model/command-line";
import { type Day, daysBetween } from "../model/day";
import type { PlannedSlot } from "./plan";

/** One rule for client secrets, in Graph's words (`passwordCredentialConfiguration`). */
export interface PasswordRestriction {
  readonly restrictionType?: string | null | undefined;
  /** Came later than the rule itself: without it a rule is in force. */
  readonly state?: string | null | undefined;
  /** ISO 8601, as `P90D`. */
  readonly maxLifetime?: string | null | undefined;
  readonly restrictForAppsCreatedAfterDateTime?: string | null | undefined;
  /** Callers for whom the rule is not enforced, by attributes that cannot be read here. */
  readonly excludeActors?: unknown;
}

/** An app management policy as far as client secrets go. */
interface SecretPolicy {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly restrictions: readonly PasswordRestriction[];
}

/** Every policy that may hold for one application. */
export interface SecretPolicies {
  readonly tenantDefault: SecretPolicy;
  /** The application's own; it replaces the tenant's default, even when it is disabled. */
  readonly own: SecretPolicy | undefined;
  /** Undefined while there is no application: it will be created now. */
  readonly applicationCreatedAt: Date | undefined;
}

/** The longest life a new client secret may have, and the policy that sets it. Undefined days: no secret may be created at all. */
export interface SecretLimit {
  readonly policy: SecretPolicy;
  readonly days: number | undefined;
}

/**
 * The narrowest limit in force; undefined when there is none. Throws for an unreadable duration, which must not count as unlimited. With
 * `forEverybody` only rules without exemptions count: the others may not apply to this caller.
 */
export function secretLimit(
  { tenantDefault, own, applicationCreatedAt }: SecretPolicies,
  { forEverybody = false }: { readonly forEverybody?: boolean } = {},
): SecretLimit | undefined {
  const policy = own ?? tenantDefault;
  if (!policy.isEnabled) return undefined;
  const inForce = policy.restrictions.filter(
    (rule) => isInForce(rule, applicationCreatedAt) && !(forEverybody && rule.excludeActors),
  );
  if (inForce.some(({ restrictionType }) => restrictionType === "passwordAddition")) return { policy, days: undefined };
  const lifetimes = inForce.filter(({ restrictionType }) => restrictionType === "passwordLifetime");
  if (lifetimes.length === 0) return undefined;
  return { policy, days: Math.min(...lifetimes.map(({ maxLifetime }) => wholeDays(maxLifetime ?? ""))) };
}

/** Why Entra would refuse to mint what a slot is to hold; empty when it would not. */
export function lifetimeProblems(
  slot: PlannedSlot,
  limit: SecretLimit | undefined,
  today: Day,
  schedule: { readonly lifetimeDays: number; readonly everyDays: number },
): readonly string[] {
  if (limit === undefined) return [];
  const { policy, days } = limit;
  const says = `the app management policy "${policy.name}" (${policy.id})`;
  const exempt = "ask an administrator to give this application its own policy";
  if (days === undefined) return [`${says} allows no new client secrets: ${exempt}`];
  // Entra counts from the moment it mints, which lies after the first instant of today.
  if (daysBetween(today, slot.end) <= days) return [];
  const { lifetimeDays, everyDays } = schedule;
  // The configuration demands a lifetime of twice the period.
  const period = everyDays * 2 > days ? ` and rotation.everyDays to ${Math.floor(days / 2)} or less` : "";
  return [
    `rotation.lifetimeDays is ${lifetimeDays}, and ${says} allows client secrets of at most ${counted(days, "day")}: ` +
      `set rotation.lifetimeDays to ${days} or less${period}, or ${exempt}`,
  ];
}

function isInForce(rule: PasswordRestriction, createdAt: Date | undefined): boolean {
  if (rule.state === "disabled") return false;
  const since = rule.restrictForAppsCreatedAfterDateTime;
  return !since || createdAt === undefined || createdAt.getTime() >= Date.parse(since);
}

/** Edm.Duration knows days and times only, so one with a year or month is invalid. */
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Whole days of a duration; what is left of a day does not count, so that nothing is minted that would be refused. */
function wholeDays(duration: string): number {
  const match = DURATION.exec(duration);
  if (match === null || duration === "P" || duration.endsWith("T")) {
    throw new RangeError(`an app management policy's maxLifetime must be a duration like P90D, got "${duration}"`);
  }
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.floor(days + (hours * 3600 + minutes * 60 + seconds) / 86_400);
}
