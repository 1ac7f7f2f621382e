import type { Lag } from "./clock";

interface Revision<T> {
  readonly at: number;
  /** Undefined: the object did not exist from this moment. */
  readonly value: T | undefined;
}

/**
 * The objects of one kind, by id, as a replicated directory keeps them: `get` and `all` are the truth, which decides what a write
 * may do; `seen` and `allSeen` are what a replica answers, which may be behind by the read lag.
 * Stored values are replaced, never changed in place: an older revision must stay what it was.
 */
export class Collection<T extends { readonly id: string }> {
  private readonly revisions = new Map<string, Revision<T>[]>();

  /**
   * @param lag the emulator's live lag settings
   * @param changed told once per write, so that the server knows a request changed something
   */
  constructor(
    private readonly lag: Lag,
    private readonly changed: () => void,
  ) {}

  get(id: string): T | undefined {
    return this.revisions.get(id)?.at(-1)?.value;
  }

  all(): T[] {
    return [...this.revisions.values()].flatMap((list) => list.at(-1)?.value ?? []);
  }

  seen(id: string): T | undefined {
    return this.seenOf(this.revisions.get(id));
  }

  allSeen(): T[] {
    return [...this.revisions.values()].flatMap((list) => this.seenOf(list) ?? []);
  }

  /** The object as it was some real seconds ago, if it existed then: for parts of the service that learn of changes late. */
  asOf(id: string, secondsAgo: number): T | undefined {
    const horizon = performance.now() - secondsAgo * 1000;
    return this.revisions.get(id)?.findLast((revision) => revision.at <= horizon)?.value;
  }

  put(value: T): void {
    this.record(value.id, value);
  }

  /** Removes and answers the object, or undefined when there was none. */
  remove(id: string): T | undefined {
    const value = this.get(id);
    if (value !== undefined) this.record(id, undefined);
    return value;
  }

  private seenOf(list: Revision<T>[] | undefined): T | undefined {
    const horizon = performance.now() - this.lag.readLagSeconds * 1000;
    return list?.findLast((revision) => revision.at <= horizon)?.value;
  }

  private record(id: string, value: T | undefined): void {
    const list = this.revisions.get(id) ?? [];
    // Objects present from the start have no past to show: without this, a lag set at start would hide the seed.
    list.push({ at: performance.now(), value });
    this.revisions.set(id, list);
    this.changed();
  }

  /** Keeps what is stored now with its past, and answers the way back. */
  keep(): () => void {
    const kept = [...this.revisions].map(([id, list]) => [id, [...list]] as const);
    return () => {
      this.revisions.clear();
      for (const [id, list] of kept) this.revisions.set(id, [...list]);
    };
  }

  /** Makes everything visible at once: for the objects that exist when the emulator starts. */
  settle(): void {
    for (const [id, list] of this.revisions) {
      const value = list.at(-1)?.value;
      if (value === undefined) this.revisions.delete(id);
      else this.revisions.set(id, [{ at: Number.NEGATIVE_INFINITY, value }]);
    }
  }
}
