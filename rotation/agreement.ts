import { commandLine } from "../model/command-line";
import { type PublishedRecord, readRecord, recordTagNames, slotNames } from "./record";
import type { StateSlot, StateSlots, StateView, Tags } from "./state-view";

/** Where our tags of the published entry do not say what this stack published there. */
export interface Disagreement {
  readonly tag: string;
  readonly published: string | undefined;
  readonly found: string | undefined;
}

/** The tags by which a run decides. The entry's other tags tell consumers and people something, and decide nothing. */
const decisive = [...recordTagNames, "clientId"];

/**
 * Compares a live entry with the state of the stack that published it. Every input of a client secret comes from the record, and a changed
 * input replaces the secret, so a record that does not agree must not be planned from. Empty when they agree, and where the state has
 * nothing to compare with: a first publish, or an entry at another place.
 */
export function disagreements(live: Tags, address: string, state: StateView): readonly Disagreement[] {
  const { entry, begun, slots } = state;
  if (entry !== undefined && entry.address !== "" && entry.address.toLowerCase() !== address.toLowerCase()) return [];
  const known = [entry?.tags, begun].filter((tags) => tags !== undefined && readRecord(tags).record !== undefined);
  const [closest = []] = known
    .map((tags) => differences(live, tags ?? {}))
    .sort((one, other) => one.length - other.length);
  return closest.length > 0 ? closest : slotDisagreements(readRecord(live).record, slots);
}

/** The same secret must be described alike in record and state, also where a refresh has taken edited tags into the state. */
export function slotDisagreements(record: PublishedRecord | undefined, state: StateSlots): readonly Disagreement[] {
  const held = slotNames.flatMap((name) => state[name] ?? []);
  return slotNames.flatMap((name) => {
    const recorded = record?.slots[name];
    const same = held.find(({ keyId }) => keyId.toLowerCase() === recorded?.keyId.toLowerCase());
    if (recorded === undefined || same === undefined || isAlike(recorded, same)) return [];
    const text = ({ displayName, end }: Pick<StateSlot, "displayName" | "end">) => `${displayName}, ends ${end}`;
    return [{ tag: `slot${name.toUpperCase()}`, published: text(same), found: text(recorded) }];
  });
}

/** Why an update must not go by this entry; empty when it may. */
export function agreementProblems(entryName: string, stack: string, found: readonly Disagreement[]): readonly string[] {
  if (found.length === 0) return [];
  const list = found.map(
    ({ tag, found: now, published }) => `tag ${tag} is ${now ?? "missing"}, published was ${published ?? "none"}`,
  );
  return [
    `the vault's entry ${entryName} is not what this stack published: ${list.join("; ")}. Its tags were changed by hand, or this state ` +
      `is an old one. Repair it: ${commandLine("recover", "-s", stack)}`,
  ];
}

function differences(live: Tags, published: Tags): readonly Disagreement[] {
  return decisive
    .filter((tag) => live[tag] !== published[tag])
    .map((tag) => ({ tag, published: published[tag], found: live[tag] }));
}

function isAlike(recorded: Pick<StateSlot, "displayName" | "end">, held: StateSlot): boolean {
  return recorded.displayName === held.displayName && recorded.end === held.end;
}
