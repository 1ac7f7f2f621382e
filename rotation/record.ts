import { createHash } from "node:crypto";
import { counted } from "../model/command-line";
import { type Day, isDay } from "../model/day";
import { isGuid } from "../model/guid";

/** One of the two places that hold a client secret. */
export type SlotName = "a" | "b";
export const slotNames: readonly SlotName[] = ["a", "b"];

/** What one slot held when the record was written. */
export interface RecordedSlot {
  readonly generation: number;
  readonly keyId: string;
  readonly start: Day;
  readonly end: Day;
  readonly displayName: string;
}

/** What is published: the tags of the vault's `client-secret` entry, written together with the secret itself. */
export interface PublishedRecord {
  /** Random id of the deployment that wrote the entry; another one means lost state or a wrong backend. */
  readonly deployment: string;
  readonly tenantId: string;
  readonly current: SlotName;
  readonly publishedOn: Day;
  /** First day on which the previous secret may go; fixed at the publish, so a changed configuration cannot shorten it. */
  readonly overlapEnds: Day;
  /** First day on which a run rotates, as the publish planned it: for an alarm that sees the vault only. Plans never read it. */
  readonly dueOn: Day;
  readonly slots: { readonly a?: RecordedSlot; readonly b?: RecordedSlot };
  readonly handledRequests: readonly string[];
}

/** Something in the tags that does not read as a record. */
interface RecordProblem {
  readonly tag: string;
  readonly sentence: string;
}

/** What the tags of an entry say: a record, or every reason why they are none. */
export type RecordReading =
  | { readonly record: PublishedRecord; readonly problems?: undefined }
  | { readonly record?: undefined; readonly problems: readonly RecordProblem[] };

/** The only layout so far; a reader refuses one it does not know instead of guessing. */
const LAYOUT = "1";
const LAYOUT_TAG = new RegExp(`^${LAYOUT} [0-9a-f]{16}$`);
/** Azure Resource Manager's limit, the narrower one of the two services that see the tags. It allows 15 of them; these are ten. */
const LONGEST_VALUE = 256;

/** The record as tags. The inverse of `readRecord`. Throws when it does not fit, which no valid record does. */
export function recordTags(record: PublishedRecord): Readonly<Record<string, string>> {
  const content: Record<string, string> = {
    deployment: record.deployment,
    tenantId: record.tenantId,
    current: record.current,
    publishedOn: record.publishedOn,
    overlapEnds: record.overlapEnds,
    dueOn: record.dueOn,
    ...(record.slots.a && { slotA: slotText(record.slots.a) }),
    ...(record.slots.b && { slotB: slotText(record.slots.b) }),
    ...(record.handledRequests.length > 0 && { handledRequests: record.handledRequests.join(" ") }),
  };
  const tags = { record: `${LAYOUT} ${checksum(content)}`, ...content };
  for (const [tag, value] of Object.entries(tags)) {
    if (value.length > LONGEST_VALUE) {
      throw new RangeError(`tag ${tag} may hold ${counted(LONGEST_VALUE, "character")}, got ${value.length}`);
    }
  }
  return tags;
}

/** Reads a record back. Damage is reported tag by tag; nothing is guessed. */
export function readRecord(tags: Readonly<Record<string, string>>): RecordReading {
  const problems: RecordProblem[] = [];
  const complain = (tag: string, wanted: string): undefined => {
    const received = tags[tag] === undefined ? "nothing" : JSON.stringify(tags[tag]);
    problems.push({ tag, sentence: `must be ${wanted}, got ${received}` });
    return undefined;
  };
  const textIn = (tag: string, isRight: (text: string) => boolean, wanted: string): string =>
    isRight(tags[tag] ?? "") ? (tags[tag] as string) : (complain(tag, wanted) ?? "");
  const dayIn = (tag: string): Day => {
    const text = tags[tag] ?? "";
    return isDay(text) ? text : (complain(tag, "a day (YYYY-MM-DD)") ?? ("" as Day));
  };
  const slotIn = (tag: string): RecordedSlot | undefined =>
    tags[tag] === undefined
      ? undefined
      : (readSlot(tags[tag]) ?? complain(tag, "a slot (generation, keyId, start, end, displayName)"));

  if (!LAYOUT_TAG.test(tags["record"] ?? "")) {
    complain("record", `"${LAYOUT}" and a checksum, the layout this version writes`);
  }
  const a = slotIn("slotA");
  const b = slotIn("slotB");
  const current = textIn("current", (text) => text === "a" || text === "b", '"a" or "b"') as SlotName;
  if ((current === "a" && !a) || (current === "b" && !b)) complain("current", "a slot that is occupied");
  const record: PublishedRecord = {
    deployment: textIn("deployment", isGuid, "a deployment id"),
    tenantId: textIn("tenantId", isGuid, "a tenant id"),
    current,
    publishedOn: dayIn("publishedOn"),
    overlapEnds: dayIn("overlapEnds"),
    dueOn: dayIn("dueOn"),
    slots: { ...(a && { a }), ...(b && { b }) },
    handledRequests: tags["handledRequests"] ? handledIn(tags["handledRequests"], complain) : [],
  };
  if (problems.length === 0 && tags["record"] !== `${LAYOUT} ${checksum(tags)}`) problems.push(EDITED);
  return problems.length > 0 ? { problems } : { record };
}

/** The tags that are the record. All other tags of an entry belong to the contract with consumers, or are foreign. */
export const recordTagNames: readonly string[] = [
  "record",
  "deployment",
  "tenantId",
  "current",
  "publishedOn",
  "overlapEnds",
  "dueOn",
  "slotA",
  "slotB",
  "handledRequests",
];

/** Tells an edit by hand from a record that a publish wrote, wherever only the tags can be seen. It is no protection against forgery. */
function checksum(tags: Readonly<Record<string, string>>): string {
  const content = recordTagNames.filter((name) => name !== "record").map((name) => [name, tags[name] ?? null]);
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

const EDITED: RecordProblem = {
  tag: "record",
  sentence: "has a checksum that does not match the other tags: one of them was changed, removed or added by hand",
};

function handledIn(text: string, complain: (tag: string, wanted: string) => undefined): readonly string[] {
  const hashes = text.split(" ");
  if (hashes.every((hash) => /^[0-9a-f]{10}$/.test(hash))) return hashes;
  complain("handledRequests", "hashes of ten hex digits, separated by blanks");
  return [];
}

function slotText(slot: RecordedSlot): string {
  const { generation, keyId, start, end, displayName } = slot;
  return JSON.stringify({ generation, keyId, start, end, displayName });
}

function readSlot(text: string): RecordedSlot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { generation, keyId, start, end, displayName } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(generation) || (generation as number) < 1) return undefined;
  if (typeof keyId !== "string" || !isGuid(keyId) || typeof displayName !== "string") return undefined;
  if (typeof start !== "string" || !isDay(start) || typeof end !== "string" || !isDay(end)) return undefined;
  return { generation: generation as number, keyId, start, end, displayName };
}

/** The slot that is not this one. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === "a" ? "b" : "a";
}
