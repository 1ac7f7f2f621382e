import type { JournalEntry } from "./journal";

/** Where a call is on its way: read but not judged yet, decided but not answered, answered to the last byte. */
export const stations = ["arrived", "committed", "answered"] as const;
export type Station = (typeof stations)[number];

/** Told of every call at every station. A call goes on when the promise settles, and never when it does not. */
export type PassageListener = (station: Station, call: JournalEntry) => void | Promise<void>;

/** Lets a test stand beside each call's way, for example to end the client there. */
export class Passage {
  private readonly listeners = new Set<PassageListener>();

  /** Answers the undo. */
  listen(listener: PassageListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async reach(station: Station, call: JournalEntry): Promise<void> {
    for (const listener of [...this.listeners]) await listener(station, call);
  }
}
