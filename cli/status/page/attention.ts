import { counted } from "../../../model/command-line";
import { daysBetween } from "../../../model/day";
import { dayOn, html, type Markup, tenantLink } from "./markup";
import type { PageContent, TenantContent } from "./page-content";
import { problemItem } from "./problems";
import { byUrgency, problemUrgency, tenantUrgency, urgencies, urgencyWords } from "./urgency";

/** The rest is in the table, which shows the same tenants first. */
const mostShown = 20;
/** Rotations that a schedule will do by itself, for those who want to be there. */
const daysAhead = 14;

/** What needs somebody today, most urgent first; said aloud where nothing does. */
export function attentionSection(content: PageContent): Markup {
  const concerned = byUrgency(content.tenants).filter((tenant) => tenantUrgency(tenant) !== "well");
  return html`<section aria-labelledby="attention">
<h2 id="attention">What needs attention today</h2>
${concerned.length === 0 ? html`<p class="all-well"><span aria-hidden="true">✓</span> Nothing. Every tenant was read and is well.</p>` : null}
<div class="cards">${concerned.slice(0, mostShown).map(card)}</div>
${concerned.length > mostShown ? html`<p>And ${counted(concerned.length - mostShown, "more tenant")}: <a href="#tenants">the table</a> begins with all of them.</p>` : null}
${comingUp(content)}
</section>`;
}

export function badge(tenant: TenantContent): Markup {
  const urgency = tenantUrgency(tenant);
  const { sign, words } = urgencyWords[urgency];
  return html`<span class="badge ${urgency}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

function card(tenant: TenantContent): Markup {
  const rank = (problem: TenantContent["problems"][number]) => urgencies.indexOf(problemUrgency(problem, tenant));
  const problems = [...tenant.problems].sort((one, other) => rank(one) - rank(other));
  return html`<article class="card ${tenantUrgency(tenant)}">
<h3>${tenantLink(tenant.stack)} ${badge(tenant)}</h3>
<ul class="problem-list">${problems.map(problemItem)}</ul>
</article>`;
}

function comingUp({ tenants, today }: PageContent): Markup | null {
  const soon = tenants.flatMap(({ stack, nextRotation }) => {
    if (nextRotation === null) return [];
    const days = daysBetween(today, nextRotation);
    return days >= 0 && days <= daysAhead ? [{ stack, nextRotation }] : [];
  });
  if (soon.length === 0) return null;
  const sorted = soon.sort((one, other) => (one.nextRotation < other.nextRotation ? -1 : 1));
  return html`<h3>Rotations that are due in the next ${daysAhead} days</h3>
<p class="muted">The schedule does them.</p>
<ul class="coming">${sorted.slice(0, mostShown).map((it) => html`<li>${tenantLink(it.stack)} ${dayOn(it.nextRotation, today)}</li>`)}${
    soon.length > mostShown ? html`<li>and ${soon.length - mostShown} more</li>` : null
  }</ul>`;
}
