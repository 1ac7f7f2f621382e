import type { JournalEntry } from "./journal";

/** How far a call is: read but not processed, processed but not answered, completely answered. */
export const stations = ["arrived", "committed", "answered"] as const;
export type Station = (typeof stations)[number];

/** Called at every stage of every call. The call continues when the promise settles, and never if it does not. */
export type PassageListener = (station: Station, call: JournalEntry) => void | Promise<void>;

/** Lets a test act at each stage of a call, for example kill the client there. */
export class Passage {
  private readonly listeners = new Set<PassageListener>();

  /** Returns a function that undoes it. */
  listen(listener: PassageListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async reach(station: Station, call: JournalEntry): Promise<void> {
    for (const listener of [...this.listeners]) await listener(station, call);
  }
}
