import type { EntryFacts } from "../../rotation/decide";
import { foreignTags } from "../../rotation/kept-tags";
import type { SlotPlan } from "../../rotation/plan";
import { type RecordReading, readRecord } from "../../rotation/record";
import { slotToMint } from "../../rotation/state-slots";
import type { StateView, Tags } from "../../rotation/state-view";
import { type LiveEntry, readLiveEntry } from "../live-entry";
import { askOrStop } from "../problems";
import { entryPlace, type Run } from "./run";

/** The client secret's entry as it is, beside what this stack's state knows of it. */
export interface Published {
  readonly live: LiveEntry | undefined;
  /** Undefined where there is no state to ask. */
  readonly state: StateView | undefined;
  /** The tags this run goes by: the entry's, or those that a repair hands over in their place. */
  readonly tags: Tags | undefined;
  readonly reading: RecordReading | undefined;
}

/** Looks at vault and state. In a preview that does not know the vault yet, the entry in the state is all there is. */
export async function readPublished(run: Run): Promise<Published> {
  const { scope, dependencies } = run;
  const place = entryPlace(run);
  const readState = dependencies.readState?.bind(dependencies);
  const [live, state] = await Promise.all([
    place && readLiveEntry(place.address, scope),
    readState && askOrStop("what this stack's state holds", () => readState(scope.component)),
  ]);
  const tags = dependencies.repair ?? live?.tags ?? (place ? undefined : state?.entry?.tags);
  return { live, state, tags, reading: tags && readRecord(tags) };
}

/** The tags that this run goes by, where there are any and they are the vault's own. */
export function entryFacts(run: Run, { tags }: Published): EntryFacts | undefined {
  const place = entryPlace(run);
  if (tags === undefined || place === undefined) return undefined;
  const { repair } = run.dependencies;
  return { name: place.address.secretName, address: place.uri, stack: run.stack, tags, isRepair: repair !== undefined };
}

/**
 * The foreign tags to declare. Where the entry is written anyway they are those of now. Elsewhere they are those of the state: a tag that
 * somebody adds must cause no publish.
 */
export function tagsToKeep({ live, state, tags }: Published, plan: SlotPlan): Tags {
  const before = state?.entry?.tags;
  if (before === undefined) return foreignTags(live?.tags ?? {});
  const isRepair = tags !== undefined && tags !== live?.tags && tags !== before;
  if (isRepair) return { ...foreignTags(before), ...foreignTags(live?.tags ?? {}) };
  const isWritten =
    plan.isPublish || before["record"] !== tags?.["record"] || slotToMint(plan, state?.slots) !== undefined;
  return foreignTags(isWritten ? (live?.tags ?? before) : before);
}
