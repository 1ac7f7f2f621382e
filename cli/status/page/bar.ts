import type { Day } from "../../../model/day";
import { type LifetimeBar, lifetimeBar, type Span, type TimeAxis } from "./lifetime";
import { dayOn, html, type Markup } from "./markup";
import type { TenantContent } from "./page-content";
import { exactDay } from "./words";

/** The lifetimes of both secrets as a picture, with the same in words below it. */
export function barCell(tenant: TenantContent, today: Day, axis: TimeAxis): Markup {
  const { published, previous } = tenant;
  const bar = lifetimeBar(tenant, today, axis);
  if (published === null || bar === null) return html`<span class="muted">nothing is known of its secrets</span>`;
  const kept =
    previous && html`<br>generation ${previous.generation} is kept until ${dayOn(previous.removableOn, today)}`;
  return html`${picture(bar, tenant)}<span class="caption">generation ${published.generation} expires ${dayOn(published.expires, today)}${kept}</span>`;
}

function picture({ current, previous, overlap, today, nextRotation }: LifetimeBar, tenant: TenantContent): Markup {
  return html`<svg class="bar" role="img" aria-label="${description(tenant)}">${rect("overlap", overlap, 0, 24)}${rect("current", current, 3, 10)}${rect("previous", previous, 16, 6)}${line("next", nextRotation)}${line("today", today)}</svg>`;
}

function rect(kind: string, span: Span | null, y: number, height: number): Markup | null {
  if (span === null) return null;
  return html`<rect class="${kind}" x="${span.start}%" width="${span.width}%" y="${y}" height="${height}"/>`;
}

function line(kind: string, at: number | null): Markup | null {
  return at === null ? null : html`<line class="${kind}" x1="${at}%" x2="${at}%" y2="24"/>`;
}

/** For those who do not see the picture: what only it shows. */
function description({ published, previous, nextRotation }: TenantContent): string {
  const lives = published && `Current secret from ${exactDay(published.starts)} to ${exactDay(published.expires)}`;
  const before = previous && `previous one from ${exactDay(previous.starts)} to ${exactDay(previous.expires)}`;
  const next = nextRotation && `next rotation ${exactDay(nextRotation)}`;
  return [lives, before, next].filter((text) => text !== null).join(", ");
}
