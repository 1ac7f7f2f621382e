/** Lets work under one name happen one after the other: the real plugin locks an application while it changes its credentials. */
export interface Locks {
  holding<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    holding(name, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const turn = before.then(work, work);
      const settled = turn.catch(() => undefined);
      tails.set(name, settled);
      // Names are forgotten when nobody waits, so a long-lived process does not collect them.
      void settled.then(() => {
        if (tails.get(name) === settled) tails.delete(name);
      });
      return turn;
    },
  };
}
