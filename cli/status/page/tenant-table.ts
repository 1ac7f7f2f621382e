import { counted } from "../../../model/command-line";
import { addDays, dayOf } from "../../../model/day";
import { badge } from "./attention";
import { barCell } from "./bar";
import { type TimeAxis, timeAxis } from "./lifetime";
import { dayOn, html, type Markup, nameOf, sortKey, tenantAnchor } from "./markup";
import type { PageContent, TenantContent } from "./page-content";
import { problemItem } from "./problems";
import { byUrgency, tenantUrgency, urgencies } from "./urgency";
import { exactDay } from "./words";

/** Every tenant with everything the page knows of it. The roles are written out: cards on a phone are laid out without a table. */
export function tenantSection(content: PageContent): Markup {
  const axis = timeAxis(content.tenants, content.today);
  const hasReceipts = content.tenants.some(({ receipt }) => receipt !== undefined);
  return html`<section aria-labelledby="tenants">
<h2 id="tenants">Every tenant</h2>
${legend(axis)}
<table role="table" class="tenants${hasReceipts ? " with-receipts" : ""}" aria-labelledby="tenants">
<thead role="rowgroup"><tr role="row">${heading("Tenant", "text")}${heading("State", "text")}${heading("Credentials, by expiry", "text")}${heading("Next rotation", "text")}${heading("Sign-in, by age", "number")}${hasReceipts ? heading("Last receipt", "text") : null}<th role="columnheader" scope="col" class="problems">Problems</th></tr></thead>
<tbody role="rowgroup">
${byUrgency(content.tenants).map((tenant) => row(tenant, { content, axis, hasReceipts }))}</tbody>
</table>
</section>`;
}

function heading(text: string, sort: "text" | "number"): Markup {
  return html`<th role="columnheader" scope="col" data-sort="${sort}">${text}</th>`;
}

function legend({ from, to }: TimeAxis): Markup {
  return html`<p class="legend muted">Bars run from ${exactDay(from)} to ${exactDay(to)}.
<span><svg class="key" aria-hidden="true"><rect class="current" width="100%" y="3" height="10" rx="2"/></svg> current secret</span>
<span><svg class="key" aria-hidden="true"><rect class="previous" x="1" width="90%" y="5" height="6" rx="2"/></svg> previous secret</span>
<span><svg class="key" aria-hidden="true"><rect class="overlap" width="100%" height="16"/></svg> overlap: both are valid</span>
<span><svg class="key" aria-hidden="true"><line class="today" x1="50%" x2="50%" y2="16"/></svg> today</span>
<span><svg class="key" aria-hidden="true"><line class="next" x1="50%" x2="50%" y2="16"/></svg> next rotation</span></p>`;
}

interface RowOptions {
  readonly content: PageContent;
  readonly axis: TimeAxis;
  readonly hasReceipts: boolean;
}

function row(tenant: TenantContent, { content: { today }, axis, hasReceipts }: RowOptions): Markup {
  const { stack, domain, published, nextRotation, problems } = tenant;
  const urgency = tenantUrgency(tenant);
  const list = html`<details><summary>${counted(problems.length, "problem")}</summary><ul class="problem-list">${problems.map(problemItem)}</ul></details>`;
  return html`<tr role="row" id="${tenantAnchor(stack)}" data-state="${urgency}" tabindex="-1">
<th role="rowheader" scope="row" data-key="${stack}"><a href="#${tenantAnchor(stack)}">${nameOf(stack)}</a>${domain === null ? null : html`<span class="muted domain">${nameOf(domain)}</span>`}</th>
<td role="cell" data-key="${urgencies.indexOf(urgency)}">${badge(tenant)}</td>
<td role="cell" class="life" data-key="${sortKey(published?.expires ?? null)}">${barCell(tenant, today, axis)}</td>
<td role="cell" data-label="Next rotation" data-key="${sortKey(nextRotation)}">${nextRotation === null ? html`<span class="muted">not known</span>` : dayOn(nextRotation, today)}</td>
<td role="cell" data-label="Sign-in" data-key="${tenant.refreshToken?.ageDays ?? ""}">${signIn(tenant, today)}</td>${
    hasReceipts
      ? html`
<td role="cell" data-label="Last receipt" data-key="${tenant.receipt?.at.toISOString() ?? ""}">${receipt(tenant, today)}</td>`
      : null
  }
<td role="cell" class="problems">${problems.length === 0 ? html`<span class="unseen">none</span>` : list}</td>
</tr>
`;
}

function signIn({ refreshToken, published }: TenantContent, today: PageContent["today"]): Markup {
  if (published === null) return html`<span class="muted">not known</span>`;
  if (refreshToken === null) return html`<span class="muted">nobody has signed in</span>`;
  const { ageDays } = refreshToken;
  const on = addDays(today, -ageDays);
  return html`<time datetime="${on}">${exactDay(on)}</time> <span class="muted">${counted(ageDays, "day")} old</span>`;
}

function receipt({ receipt: last }: TenantContent, today: PageContent["today"]): Markup {
  if (last === null || last === undefined) return html`<span class="muted">none</span>`;
  const by = last.actor === null ? null : html` <span class="muted">by ${nameOf(last.actor)}</span>`;
  const outcome = html`<span class="outcome">${last.ok ? "" : "✖ "}${nameOf(`${last.command}: ${last.outcome}`)}</span>`;
  return html`${outcome} ${dayOn(dayOf(last.at), today)}${by}`;
}
