import { type Day, dayOf } from "../model/day";
import { markOf, readMark } from "./mark";
import { type PublishedRecord, type RecordReading, slotNames } from "./record";

/** A credential as the tenant shows it. */
export interface LiveCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly endDateTime: string;
}

/** One version of the vault's `client-secret` entry, oldest first in a list. */
interface EntryVersion {
  readonly reading: RecordReading;
}

/** What a credential is to us. Foreign ones are never touched. */
type CredentialKind = "current" | "previous" | "orphan" | "foreign";

export interface JudgedCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly expires: Day;
  readonly kind: CredentialKind;
  /** Whether a version of the vault entry ever named it: then a consumer may still hold it. */
  readonly isPublished: boolean;
  /** For an orphan: the first day on which it may be removed; undefined when that cannot be told, and for all others. */
  readonly removableOn: Day | undefined;
}

export interface CredentialFacts {
  readonly credentials: readonly LiveCredential[];
  /** What is published; undefined before the first publish. */
  readonly record: PublishedRecord | undefined;
  /** Every version of the entry, oldest first. */
  readonly versions: readonly EntryVersion[];
  /** The stack's name: the origin in our marks until a record shows it. */
  readonly stack: string;
  /** Key ids in the stack's state; undefined when the state was not read. Only the engine removes what the state knows. */
  readonly stateKeyIds?: readonly string[] | undefined;
  readonly today: Day;
}

/** Tells for every credential of the application what it is. */
export function judgeCredentials(facts: CredentialFacts): readonly JudgedCredential[] {
  const ours = ourMarks(facts);
  return facts.credentials.map((credential) => judge(credential, facts, ours));
}

/** The orphans that may go today: unpublished ones at once, published ones after the overlap in which they were replaced. */
export function retirableOrphans(judged: readonly JudgedCredential[], today: Day): readonly JudgedCredential[] {
  return judged.filter(
    ({ kind, removableOn }) => kind === "orphan" && removableOn !== undefined && removableOn <= today,
  );
}

function judge(credential: LiveCredential, facts: CredentialFacts, ours: MarkTest): JudgedCredential {
  const { keyId, displayName, endDateTime } = credential;
  const common = { keyId, displayName, expires: dayOf(new Date(endDateTime)) };
  const slot = slotOf(keyId, facts.record);
  if (isLeftBehind(keyId, facts)) {
    return { ...common, kind: "orphan", isPublished: true, removableOn: facts.record?.overlapEnds };
  }
  if (slot !== undefined) return { ...common, kind: slot, isPublished: true, removableOn: undefined };
  const isPublished = facts.versions.some(({ reading }) => slotOf(keyId, reading.record) !== undefined);
  if (isInState(keyId, facts)) return { ...common, kind: "orphan", isPublished, removableOn: undefined };
  if (isPublished) return { ...common, kind: "orphan", isPublished, removableOn: replacedUntil(keyId, facts) };
  if (!ours(displayName)) return { ...common, kind: "foreign", isPublished, removableOn: undefined };
  // A version whose tags cannot be read may have named it.
  const isCertain = facts.versions.every(({ reading }) => reading.problems === undefined);
  return { ...common, kind: "orphan", isPublished, removableOn: isCertain ? facts.today : undefined };
}

/** Minted by a run that did not get to the publish: the next one goes on with it. */
function isInState(keyId: string, { stateKeyIds = [] }: CredentialFacts): boolean {
  return stateKeyIds.some((known) => known.toLowerCase() === keyId.toLowerCase());
}

/** Previous, past its overlap, and not in the state (a lost one knew it): no update will ever remove it. */
function isLeftBehind(keyId: string, facts: CredentialFacts): boolean {
  const { record, stateKeyIds, today } = facts;
  if (stateKeyIds === undefined || record === undefined || slotOf(keyId, record) !== "previous") return false;
  return record.overlapEnds <= today && !isInState(keyId, facts);
}

/** Which place the record gives a credential. */
function slotOf(keyId: string, record: PublishedRecord | undefined): "current" | "previous" | undefined {
  const name = slotNames.find((slot) => record?.slots[slot]?.keyId.toLowerCase() === keyId.toLowerCase());
  if (name === undefined) return undefined;
  return name === record?.current ? "current" : "previous";
}

/**
 * The day on which the overlap ended that began when this credential was replaced: by the first version after the last one
 * that published it. Unknown when that version is not readable.
 */
function replacedUntil(keyId: string, { versions }: CredentialFacts): Day | undefined {
  const places = versions.map(({ reading }) => slotOf(keyId, reading.record));
  const lastPublished = places.lastIndexOf("current");
  const replacing = lastPublished >= 0 ? versions[lastPublished + 1] : versions[places.lastIndexOf("previous")];
  return replacing?.reading.record?.overlapEnds;
}

type MarkTest = (displayName: string | null) => boolean;

/**
 * Whether a display name is a mark that this deployment can have written: its own origin, and a generation that it has reached. A
 * look-alike of another origin, or of a generation that was never reached, is foreign.
 */
function ourMarks({ record, versions, stack, credentials }: CredentialFacts): MarkTest {
  const records = [...versions.map(({ reading }) => reading.record), record].filter((it) => it !== undefined);
  const slots = records.flatMap((it) => slotNames.flatMap((name) => it.slots[name] ?? []));
  const newest = newestGeneration(
    slots.map(({ generation }) => generation),
    credentials.flatMap(({ displayName }) => readMark(displayName ?? "")?.generation ?? []),
  );
  const origins = new Set(slots.flatMap(({ displayName }) => readMark(displayName)?.origin ?? []));
  // Before the first record, and for long names, which are shortened differently for generations 9 and 10.
  const isOwnName = slots.every(({ displayName, generation }) => displayName === markOf(stack, generation));
  return (displayName) => {
    const mark = readMark(displayName ?? "");
    if (mark === undefined || mark.generation > newest) return false;
    return origins.has(mark.origin) || (isOwnName && displayName === markOf(stack, mark.generation));
  };
}

/** Each run mints the next generation, and an emergency the one after what an earlier run could not publish: none is left out. */
function newestGeneration(recorded: readonly number[], living: readonly number[]): number {
  let newest = Math.max(0, ...recorded) + 1;
  while (living.includes(newest) && living.includes(newest + 1)) newest += 1;
  return newest;
}
