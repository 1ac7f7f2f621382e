import { addDays, type Day, daysBetween, earlier, later } from "../../../model/day";
import type { StackStatus } from "../stack-status";

/** The stretch of time that every bar of a page shows, so that today stands at the same place in each. */
export interface TimeAxis {
  readonly from: Day;
  readonly to: Day;
}

/** A part of a bar, in percent of its width. */
export interface Span {
  readonly start: number;
  readonly width: number;
}

/** Where everything of one tenant's bar lies. Null is what it does not have. */
export interface LifetimeBar {
  readonly current: Span;
  readonly previous: Span | null;
  /** Both secrets are valid: from the publish until the previous one may go. */
  readonly overlap: Span | null;
  readonly today: number;
  readonly nextRotation: number | null;
}

/** A secret that expired years ago, or one that lives for ever, must not squeeze all others. */
const [mostDaysBack, mostDaysAhead] = [400, 760];
/** Room beside the outermost dates, so that a mark on them is seen whole. */
const marginDays = 5;

/** From the first start to the last end of all secrets. */
export function timeAxis(tenants: readonly Pick<StackStatus, "published" | "previous">[], today: Day): TimeAxis {
  let [from, to] = [addDays(today, -30), addDays(today, 30)];
  for (const secret of tenants.flatMap(({ published, previous }) => [published, previous])) {
    if (secret === null) continue;
    from = earlier(from, secret.starts);
    to = later(to, secret.expires);
  }
  return {
    from: addDays(later(from, addDays(today, -mostDaysBack)), -marginDays),
    to: addDays(earlier(to, addDays(today, mostDaysAhead)), marginDays),
  };
}

/** The bar of one tenant; null where nothing is published or could be read. */
export function lifetimeBar(
  { published, previous, nextRotation }: Pick<StackStatus, "published" | "previous" | "nextRotation">,
  today: Day,
  axis: TimeAxis,
): LifetimeBar | null {
  if (published === null) return null;
  return {
    current: span(published.starts, published.expires, axis),
    previous: previous && span(previous.starts, previous.expires, axis),
    overlap: previous && span(published.publishedOn, previous.removableOn, axis),
    today: place(today, axis),
    nextRotation: nextRotation === null ? null : place(nextRotation, axis),
  };
}

function span(from: Day, to: Day, axis: TimeAxis): Span {
  const start = place(from, axis);
  return { start, width: rounded(place(to, axis) - start) };
}

/** What lies outside is shown at the edge. */
function place(of: Day, { from, to }: TimeAxis): number {
  const part = daysBetween(from, of) / daysBetween(from, to);
  return rounded(Math.min(1, Math.max(0, part)) * 100);
}

function rounded(percent: number): number {
  return Math.round(percent * 10) / 10;
}
