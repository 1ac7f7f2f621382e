import { CommandError } from "./document";
import { interrupted } from "./interruption";

/** How long work goes on before signals and timers have their turn. */
const longestTurn = 50;

/** Does work that waits for nothing, item by item, and ends between two of them when the signal came. `what` names what is then left out. */
export async function inTurns<T, R>(
  items: Iterable<T>,
  what: string,
  signal: AbortSignal,
  work: (item: T) => R,
): Promise<readonly R[]> {
  const results: R[] = [];
  let endsAt = performance.now() + longestTurn;
  for (const item of items) {
    results.push(work(item));
    if (performance.now() < endsAt) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new CommandError([interrupted(what)]);
    endsAt = performance.now() + longestTurn;
  }
  return results;
}
