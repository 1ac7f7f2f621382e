import type { Day } from "./day";
import type { PublishedRecord, SlotName } from "./record";

/** The tags of an entry. */
export type Tags = Readonly<Record<string, string>>;

/** A client secret as a stack's state holds it. */
export interface StateSlot {
  readonly displayName: string;
  readonly end: Day;
  readonly keyId: string;
}

/** What a stack's state holds in its slots before a run: what the last run minted, published or not. */
export type StateSlots = Readonly<Partial<Record<SlotName, StateSlot>>>;

/** The client secret's entry in a state. */
export interface StateEntry {
  /** As Azure gave it, "" when the state does not say it. */
  readonly address: string;
  readonly tags: Tags;
}

/** What a stack's state knew of its client secrets before a run. */
export interface StateView {
  readonly slots: StateSlots;
  /** What the last publish wrote that was answered; undefined when none was. */
  readonly entry: StateEntry | undefined;
  /** What the last update was about to write: an entry holds it when the write succeeded and its answer was lost. */
  readonly begun: Tags | undefined;
}

/** What an update left in the state, whether it succeeded or not. */
export interface BegunUpdate {
  readonly slots: StateSlots;
  /** The record that it was about to write. */
  readonly record: PublishedRecord | undefined;
}
