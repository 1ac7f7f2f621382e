import { AsyncLocalStorage } from "node:async_hooks";

/** A request that changed something, as listeners see it. */
export interface Change {
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

export type ChangeListener = (change: Change) => void | Promise<void>;

/** Knows which running request wrote to a collection, and tells the listeners once per such request. */
export class ChangeWatch {
  private readonly requests = new AsyncLocalStorage<{ changed: boolean }>();
  private readonly listeners = new Set<ChangeListener>();

  /** Handed to every collection. Writes outside a request (seed, control) tell nobody. */
  readonly changed = (): void => {
    const request = this.requests.getStore();
    if (request !== undefined) request.changed = true;
  };

  /** Returns a function that undoes it. */
  listen(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Runs a request's handler and says whether it changed anything, also when it failed halfway. */
  async observe<T>(handle: () => T | Promise<T>): Promise<{ outcome: PromiseSettledResult<T>; changed: boolean }> {
    const request = { changed: false };
    const [outcome] = await this.requests.run(request, () => Promise.allSettled([(async () => handle())()]));
    return { outcome, changed: request.changed };
  }

  /** Awaits every listener, so that a test can look at the world between a commit and its answer. */
  async tell(change: Change): Promise<void> {
    for (const listener of [...this.listeners]) await listener(change);
  }
}
