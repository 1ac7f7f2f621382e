import { html as tag } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { type Day, firstInstant } from "../../../model/day";
import { visibleText } from "../../../permissions/report/escape";
import { exactDay, inWords } from "./words";

/** Finished HTML. Every text that is put into a template is escaped; only what a template made itself is not. */
export type Markup = HtmlEscapedString;
type Content = string | number | Markup | null | undefined | false | readonly Content[];

export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  // It answers a promise only where a value is one.
  return tag(strings, ...values) as Markup;
}

/** A name from outside. What cannot be seen is spelled out, and its direction ends with it. */
export function nameOf(text: string): Markup {
  return html`<bdi>${visibleText(text, 120) || "(empty)"}</bdi>`;
}

/** A sentence that may hold names from outside. */
export function sentenceOf(text: string): Markup {
  return html`<bdi>${visibleText(text, 600)}</bdi>`;
}

/** A day, exact and as people say it. */
export function dayOn(of: Day, today: Day): Markup {
  return html`<time datetime="${of}">${exactDay(of)}</time> <span class="muted">${inWords(of, today)}</span>`;
}

/** Where a tenant's row is found: part of addresses that people keep. */
export function tenantAnchor(stack: string): string {
  // The detour makes halves of characters, which no address can hold, into whole ones.
  return `tenant-${encodeURIComponent(Buffer.from(stack).toString())}`;
}

export function tenantLink(stack: string): Markup {
  return html`<a href="#${tenantAnchor(stack)}">${nameOf(stack)}</a>`;
}

/** The first instant of a day, for sorting and for scripts. */
export function sortKey(of: Day | null): string {
  return of === null ? "" : firstInstant(of);
}
