import { counted } from "../model/command-line";
import { addDays, type Day, dayOf, daysBetween, later } from "../model/day";
import type { LiveCredential } from "./credentials";
import { otherSlot, type PublishedRecord, type RecordedSlot } from "./record";
import { type FindingCode, remedy } from "./remedies";
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

/** Days since the refresh token was obtained; undefined without a sign-in or without the tag. */
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

function scheduleFindings({ today, record, schedule, stack }: StatusFacts): readonly Finding[] {
  const { start, end, keyId } = publishedSlot(record);
  const findings: Finding[] = [];
  // If the rule changed since the publish, a run uses the new one.
  const due = schedule ? later(dueOn(publishedSlot(record), schedule), record.overlapEnds) : record.dueOn;
  const late = daysBetween(due, today);
  if (late >= MOST_DAYS_OVERDUE) {
    findings.push({
      code: "overdue",
      sentence: `the rotation was due on ${due}, ${counted(late, "day")} ago`,
      fix: remedy("overdue", stack),
    });
  }
  const left = daysBetween(today, end);
  if (left <= 0) {
    findings.push({
      code: "expired",
      sentence: `the published secret ${keyId} expired on ${end}`,
      fix: remedy("expired", stack),
    });
  } else if (left <= Math.min(FEWEST_DAYS_LEFT, daysBetween(start, end) / 3)) {
    findings.push({
      code: "near-expiry",
      sentence: `the published secret ${keyId} expires on ${end}, in ${counted(left, "day")}`,
      fix: remedy("near-expiry", stack),
    });
  }
  return findings;
}

function entryFindings({ record, clientSecret, live, stack }: StatusFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!clientSecret.isEnabled) {
    findings.push({
      code: "version-disabled",
      sentence: "the latest version of the client secret's entry is disabled: every read of it is refused",
      fix: remedy("version-disabled", stack, publishedSlot(record).keyId),
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
      fix: remedy("expiry-differs", stack),
    });
  }
  return findings;
}

function refreshTokenFindings({ refreshToken, today, stack }: StatusFacts): readonly Finding[] {
  // The disabled placeholder: not signed in yet is not an error.
  if (refreshToken === undefined || !refreshToken.isEnabled) return [];
  const age = refreshTokenAge(refreshToken, today);
  if (age === undefined) {
    return [
      {
        code: "refresh-token-undated",
        sentence: "the refresh token's entry does not say when the token was obtained (tag obtainedAt)",
        fix: remedy("refresh-token-undated", stack),
      },
    ];
  }
  if (age <= OLDEST_REFRESH_TOKEN_DAYS) return [];
  const ends = addDays(today, 90 - age);
  return [
    {
      code: "refresh-token-old",
      sentence: `the refresh token is ${counted(age, "day")} old; unused, Entra forgets it after 90 days (${ends})`,
      fix: remedy("refresh-token-old", stack),
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
        fix: remedy("application-missing", stack),
      },
    ];
  }
  return [
    ...principalFindings(live, clientId, stack),
    ...credentialFindings(live.credentials, record, { today, stack }),
    ...entraDisagreements(record, live.credentials).map((sentence) => differsFinding(sentence, stack)),
    ...live.orphans.map((keyId) => orphanFinding(keyId, stack)),
  ];
}

function principalFindings({ principal }: LiveFacts, clientId: string, stack: string | undefined): readonly Finding[] {
  if (principal === undefined) {
    return [
      {
        code: "principal-missing",
        sentence: `application ${clientId} has no service principal in the tenant`,
        fix: remedy("principal-missing", stack),
      },
    ];
  }
  if (principal.isEnabled) return [];
  return [
    {
      code: "stopped",
      sentence: `the service principal of ${clientId} is disabled: consumers cannot get tokens`,
      fix: remedy("stopped", stack),
    },
  ];
}

function credentialFindings(
  credentials: readonly { readonly keyId: string }[],
  record: PublishedRecord,
  { today, stack }: Pick<StatusFacts, "today" | "stack">,
): readonly Finding[] {
  const isThere = (keyId: string) => credentials.some((credential) => isSame(credential.keyId, keyId));
  const findings: Finding[] = [];
  const { keyId } = publishedSlot(record);
  if (!isThere(keyId)) {
    findings.push({
      code: "credential-missing",
      sentence: `the published secret ${keyId} is no longer in Entra: consumers cannot get tokens`,
      fix: remedy("credential-missing", stack, keyId),
    });
  }
  const previous = keptPrevious(record, today);
  if (previous !== undefined && !isThere(previous.keyId)) {
    findings.push({
      code: "previous-missing",
      sentence: `the previous secret ${previous.keyId} was to be kept until ${record.overlapEnds} and is not in Entra`,
      fix: remedy("previous-missing", stack),
    });
  }
  return findings;
}

function differsFinding(what: string, stack: string | undefined): Finding {
  const sentence = `the record of what is published was changed by hand: ${what}`;
  return { code: "record-differs", sentence, fix: remedy("record-differs", stack) };
}

function orphanFinding(keyId: string, stack: string | undefined): Finding {
  const sentence = `the secret ${keyId} has our mark and is not in the record: a run is in progress, or one was interrupted`;
  return { code: "orphan", sentence, fix: remedy("orphan", stack) };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
