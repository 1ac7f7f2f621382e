import { anyStack, commandLine, counted } from "../model/command-line";
import { addDays, type Day, dayOf, daysBetween, later } from "../model/day";
import type { LiveCredential } from "./credentials";
import { otherSlot, type PublishedRecord, type RecordedSlot } from "./record";
import { dueOn, type RotationSchedule } from "./schedule";
import { entraDisagreements } from "./trusted-record";

/** A rotation that is later than this has been missed: the scheduler or its sign-in no longer works. */
export const MOST_DAYS_OVERDUE = 14;
/** A secret with less life than this must be looked after by a person; of one that lives shorter than 90 days a third. */
const FEWEST_DAYS_LEFT = 30;
/** Entra forgets a refresh token after 90 days without use; a third of that is left to act. */
export const OLDEST_REFRESH_TOKEN_DAYS = 60;

/** Something that is wrong, for machines and for people. */
export interface Finding {
  readonly code: FindingCode;
  readonly sentence: string;
  readonly fix: string;
}

export type FindingCode =
  | "overdue"
  | "expired"
  | "near-expiry"
  | "expiry-differs"
  | "version-disabled"
  | "refresh-token-old"
  | "refresh-token-undated"
  | "application-missing"
  | "principal-missing"
  | "stopped"
  | "credential-missing"
  | "record-differs"
  | "previous-missing"
  | "orphan";

/** A vault entry as a list shows it: no value. */
export interface EntryFacts {
  readonly tags: Readonly<Record<string, string>>;
  readonly expiresOn: Date | undefined;
  readonly isEnabled: boolean;
}

/** What the tenant itself says. */
interface LiveFacts {
  /** The application's credentials; undefined when the tenant has no such application. */
  readonly credentials: readonly LiveCredential[] | undefined;
  /** Undefined when the application has no service principal. */
  readonly principal: { readonly isEnabled: boolean } | undefined;
  /** Key ids of credentials that are ours and that the record does not know. */
  readonly orphans: readonly string[];
}

export interface StatusFacts {
  readonly today: Day;
  /** For the commands in the fixes; a vault alone names no stacks. */
  readonly stack?: string | undefined;
  readonly record: PublishedRecord;
  /** What is configured today. Left out where only the vault is looked at: then the publish says when it is due. */
  readonly schedule?: RotationSchedule | undefined;
  readonly clientSecret: EntryFacts;
  readonly refreshToken: EntryFacts | undefined;
  /** Left out where only the vault is looked at. */
  readonly live?: LiveFacts | undefined;
}

/** What is wrong with one tenant's published credentials; empty when nothing is. */
export function statusFindings(facts: StatusFacts): readonly Finding[] {
  return [...scheduleFindings(facts), ...entryFindings(facts), ...refreshTokenFindings(facts), ...liveFindings(facts)];
}

/** Days since the refresh token was obtained; undefined when nobody has signed in or the entry does not say. */
export function refreshTokenAge(entry: EntryFacts | undefined, today: Day): number | undefined {
  const obtained = new Date(entry?.tags["obtainedAt"] ?? "");
  if (entry === undefined || !entry.isEnabled || Number.isNaN(obtained.getTime())) return undefined;
  return daysBetween(dayOf(obtained), today);
}

/** The previous secret as long as it is to be kept: consumers that have not looked since the last publish still use it. */
export function keptPrevious(record: PublishedRecord, today: Day): RecordedSlot | undefined {
  const previous = record.slots[otherSlot(record.current)];
  return today < record.overlapEnds && previous !== undefined && previous.end > today ? previous : undefined;
}

/** The published slot. `readRecord` refuses a record without one. */
export function publishedSlot(record: PublishedRecord): RecordedSlot {
  return record.slots[record.current] as RecordedSlot;
}

function scheduleFindings({ today, record, schedule }: StatusFacts): readonly Finding[] {
  const { start, end, keyId } = publishedSlot(record);
  const findings: Finding[] = [];
  // A rule that changed since the publish is the one that a run goes by.
  const due = schedule ? later(dueOn(publishedSlot(record), schedule), record.overlapEnds) : record.dueOn;
  const late = daysBetween(due, today);
  if (late >= MOST_DAYS_OVERDUE) {
    findings.push({
      code: "overdue",
      sentence: `the rotation was due on ${due}, ${counted(late, "day")} ago`,
      fix: "Look at the last run of the schedule, then rotate.",
    });
  }
  const left = daysBetween(today, end);
  if (left <= 0) {
    findings.push({
      code: "expired",
      sentence: `the published secret ${keyId} expired on ${end}`,
      fix: "Rotate now: consumers get no token.",
    });
  } else if (left <= Math.min(FEWEST_DAYS_LEFT, daysBetween(start, end) / 3)) {
    findings.push({
      code: "near-expiry",
      sentence: `the published secret ${keyId} expires on ${end}, in ${counted(left, "day")}`,
      fix: "Rotate now.",
    });
  }
  return findings;
}

function entryFindings({ record, clientSecret, live }: StatusFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!clientSecret.isEnabled) {
    findings.push({
      code: "version-disabled",
      sentence: "the latest version of the client secret's entry is disabled: every read of it is refused",
      fix: "Enable that version in the vault, or rotate.",
    });
  }
  const { keyId, end } = publishedSlot(record);
  const inEntra = live?.credentials?.find((credential) => isSame(credential.keyId, keyId))?.endDateTime;
  const wanted = inEntra === undefined ? end : dayOf(new Date(inEntra));
  const said = clientSecret.expiresOn === undefined ? "nothing" : dayOf(clientSecret.expiresOn);
  if (said !== wanted) {
    findings.push({
      code: "expiry-differs",
      sentence: `the vault says that ${keyId} expires on ${said}, Entra says ${wanted}`,
      fix: "Run up: it writes the entry again. Whoever watches the vault's date is misled until then.",
    });
  }
  return findings;
}

function refreshTokenFindings({ refreshToken, today }: StatusFacts): readonly Finding[] {
  // The disabled placeholder: nobody has signed in yet, which is a step not done and no failure of one.
  if (refreshToken === undefined || !refreshToken.isEnabled) return [];
  const age = refreshTokenAge(refreshToken, today);
  if (age === undefined) {
    return [
      {
        code: "refresh-token-undated",
        sentence: "the refresh token's entry does not say when the token was obtained (tag obtainedAt)",
        fix: "Sign in again.",
      },
    ];
  }
  if (age <= OLDEST_REFRESH_TOKEN_DAYS) return [];
  const ends = addDays(today, 90 - age);
  return [
    {
      code: "refresh-token-old",
      sentence: `the refresh token is ${counted(age, "day")} old; unused, Entra forgets it after 90 days (${ends})`,
      fix: "Renew it with rotate, or sign in again.",
    },
  ];
}

function liveFindings({ live, record, today, clientSecret, stack }: StatusFacts): readonly Finding[] {
  if (live === undefined) return [];
  const clientId = clientSecret.tags["clientId"] ?? "";
  if (live.credentials === undefined) {
    return [
      {
        code: "application-missing",
        sentence: `the tenant has no application ${clientId}`,
        fix: "Restore it in Entra (it keeps deleted applications for 30 days), then run up.",
      },
    ];
  }
  return [
    ...principalFindings(live, clientId),
    ...credentialFindings(live.credentials, record, today),
    ...entraDisagreements(record, live.credentials).map((sentence) => differsFinding(sentence, stack)),
    ...live.orphans.map(orphanFinding),
  ];
}

function principalFindings({ principal }: LiveFacts, clientId: string): readonly Finding[] {
  if (principal === undefined) {
    return [
      {
        code: "principal-missing",
        sentence: `application ${clientId} has no service principal in the tenant`,
        fix: "Restore it in Entra, or run up.",
      },
    ];
  }
  if (principal.isEnabled) return [];
  return [
    {
      code: "stopped",
      sentence: `the service principal of ${clientId} is disabled: consumers get no token`,
      fix: "Resume it when the reason is gone.",
    },
  ];
}

function credentialFindings(
  credentials: readonly { readonly keyId: string }[],
  record: PublishedRecord,
  today: Day,
): readonly Finding[] {
  const isThere = (keyId: string) => credentials.some((credential) => isSame(credential.keyId, keyId));
  const findings: Finding[] = [];
  const { keyId } = publishedSlot(record);
  if (!isThere(keyId)) {
    findings.push({
      code: "credential-missing",
      sentence: `the published secret ${keyId} is not in Entra any more: consumers get no token`,
      // A reason is answered once: the key id makes it another one each time.
      fix: `Rotate now with --compromised "${keyId} removed in Entra".`,
    });
  }
  const previous = keptPrevious(record, today);
  if (previous !== undefined && !isThere(previous.keyId)) {
    findings.push({
      code: "previous-missing",
      sentence: `the previous secret ${previous.keyId} was to be kept until ${record.overlapEnds} and is not in Entra`,
      fix: "Consumers that keep the secret must read the vault again.",
    });
  }
  return findings;
}

function differsFinding(what: string, stack = anyStack): Finding {
  const fix = `Publish this stack's own record again: ${commandLine("recover", "-s", stack)}`;
  return { code: "record-differs", sentence: `the record of what is published was changed by hand: ${what}`, fix };
}

function orphanFinding(keyId: string): Finding {
  return {
    code: "orphan",
    sentence: `the secret ${keyId} has our mark and is not in the record: a run is under way, or one broke off`,
    fix: "When no run is under way: recover.",
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
