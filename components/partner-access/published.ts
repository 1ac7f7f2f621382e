import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { EntryFacts } from "../../rotation/decide";
import { foreignTags } from "../../rotation/kept-tags";
import type { SlotPlan } from "../../rotation/plan";
import { type RecordReading, readRecord } from "../../rotation/record";
import { slotToMint } from "../../rotation/state-slots";
import type { StateView, Tags } from "../../rotation/state-view";
import { entryNames } from "../entry-names";
import { type EntryAddress, type LiveEntry, readLiveEntry } from "../live-entry";
import { askOrStop } from "../problems";
import type { SignIns } from "../sign-ins";
import type { Outside } from "./outside";

/** The client secret's entry as it is, beside what this stack's state knows of it. */
export interface Published {
  readonly live: LiveEntry | undefined;
  /** Undefined where there is no state to ask. */
  readonly state: StateView | undefined;
  /** The tags this run goes by: the entry's, or those that a repair hands over in their place. */
  readonly tags: Tags | undefined;
  readonly reading: RecordReading | undefined;
}

export async function lookAtPublished(outside: Outside, signIns: SignIns): Promise<Published> {
  const [live, state] = await Promise.all([
    readLiveEntry(clientSecretAddress(outside.configuration), signIns.vault),
    outside.readState && askOrStop("what this stack's state holds", outside.readState),
  ]);
  const tags = outside.repair ?? live?.tags;
  return { live, state, tags, reading: tags && readRecord(tags) };
}

/** The tags that this run goes by, where there are any. */
export function entryFacts({ configuration, endpoints, repair }: Outside, { tags }: Published): EntryFacts | undefined {
  if (tags === undefined) return undefined;
  const { name, prefix } = configuration.vault;
  const entryName = entryNames(prefix).clientSecret;
  const address = `https://${name}.${endpoints.keyVaultSuffix}/secrets/${entryName}`;
  return { name: entryName, address, stack: configuration.stack, tags, isRepair: repair !== undefined };
}

/**
 * The foreign tags to declare. Where the entry is written anyway they are those of now. Elsewhere they are those of the state: a tag that
 * somebody adds must cause no publish.
 */
export function tagsToKeep({ live, state, tags }: Published, plan: SlotPlan): Tags {
  const before = state?.entry?.tags;
  if (before === undefined) return foreignTags(live?.tags ?? {});
  const isRepair = tags !== undefined && tags !== live?.tags;
  if (isRepair) return { ...foreignTags(before), ...foreignTags(live?.tags ?? {}) };
  const isWritten =
    plan.isPublish || before["record"] !== tags?.["record"] || slotToMint(plan, state?.slots) !== undefined;
  return foreignTags(isWritten ? (live?.tags ?? before) : before);
}

/** Where the client secret's entry lies by this configuration. */
export function clientSecretAddress({ vault }: StackConfiguration): EntryAddress {
  const { resourceGroup: resourceGroupName, name: vaultName, prefix } = vault;
  return { resourceGroupName, vaultName, secretName: entryNames(prefix).clientSecret };
}
