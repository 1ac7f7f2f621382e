import { counted } from "../../../model/command-line";
import type { OverviewGroup } from "../../../permissions/overview";
import type { Risk } from "../../../permissions/risk-levels";
import { html, type Markup, nameOf, sentenceOf, tenantLink } from "./markup";
import type { AccessContent, PageContent } from "./page-content";
import { problemItem } from "./problems";

const signs: Readonly<Record<Risk, string>> = { low: "○", medium: "◐", high: "●", critical: "◆" };

/** The second view: who may do what, as the stacks declare it. */
export function accessSection({ access }: PageContent): Markup {
  if (access === undefined) {
    return html`<section aria-labelledby="access"><h2 id="access">Who may do what</h2>
<p>A vault alone does not say it. Write this page where the stack files are, with --all.</p></section>`;
  }
  const { permissions, readers, others } = access.overview;
  return html`<section aria-labelledby="access">
<h2 id="access">Who may do what</h2>
<p class="muted">What the stacks of this checkout declare, named and rated as in a review. The command <code>drift</code> compares it with what is live.</p>
${unreadable(access)}
${table("Permissions of APIs", ["Permission", "For whom", "What it lets them do"], permissions.map(permissionCells))}
${table("Readers of vault entries", ["Reader", "May reach", "Why this risk"], readers.map(readerCells))}
${others.length === 0 ? null : table("Also rated high or critical", ["What", "Why this risk"], others.map(otherCells))}
</section>`;
}

interface Row {
  readonly group: OverviewGroup;
  readonly cells: readonly Markup[];
}

function permissionCells(group: OverviewGroup): Row {
  const { title, detail, holder, lets } = group;
  return {
    group,
    cells: [
      html`<strong>${nameOf(title)}</strong> <span class="muted">${nameOf(detail ?? "")}</span>`,
      html`${sentenceOf(holder ?? "")}`,
      html`${sentenceOf(lets ?? "The catalog does not know it.")} <span class="muted">${why(group)}</span>`,
    ],
  };
}

function readerCells(group: OverviewGroup): Row {
  const { title, detail, holder } = group;
  const id = holder === null ? null : html` <span class="muted id">${nameOf(holder)}</span>`;
  return {
    group,
    cells: [html`<strong>${nameOf(title)}</strong>${id}`, html`${sentenceOf(detail ?? "")}`, html`${why(group)}`],
  };
}

function otherCells(group: OverviewGroup): Row {
  return { group, cells: [html`${sentenceOf(group.title)}`, html`${why(group)}`] };
}

function why({ reasons }: OverviewGroup): Markup {
  return sentenceOf(reasons.join("; "));
}

function table(title: string, headings: readonly string[], rows: readonly Row[]): Markup {
  if (rows.length === 0) return html`<h3>${title}</h3><p>None.</p>`;
  const labels = headings.map((heading) => html`<th role="columnheader" scope="col">${heading}</th>`);
  return html`<h3>${title}</h3>
<table role="table" class="access of-${headings.length}" aria-label="${title}">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Risk</th>${labels}<th role="columnheader" scope="col">Tenants</th></tr></thead>
<tbody role="rowgroup">${rows.map(({ group, cells }) => tableRow(group, cells, headings))}</tbody>
</table>`;
}

function tableRow(group: OverviewGroup, cells: readonly Markup[], headings: readonly string[]): Markup {
  const { risk, tenants } = group;
  const items = tenants.map(({ stack, note }) => {
    const beside = note === null ? null : html` <span class="muted">${nameOf(note)}</span>`;
    return html`<li>${tenantLink(stack)}${beside}</li>`;
  });
  return html`<tr role="row">
<td role="cell"><span class="badge ${risk}"><span aria-hidden="true">${signs[risk]}</span> ${risk}</span></td>
${cells.map((cell, index) => html`<td role="cell" data-label="${headings[index] ?? ""}">${cell}</td>`)}
<td role="cell" data-label="Tenants"><details><summary>${counted(tenants.length, "tenant")}</summary><ul class="tenant-list">${items}</ul></details></td>
</tr>
`;
}

function unreadable({ unreadable: stacks }: AccessContent): Markup | null {
  if (stacks.length === 0) return null;
  const items = stacks.map(
    ({ stack, problems }) =>
      html`<h4>${tenantLink(stack)}</h4><ul class="problem-list">${problems.map(problemItem)}</ul>`,
  );
  return html`<div class="card unknown"><h3><span aria-hidden="true">?</span> Could not be read, and missing below</h3>${items}</div>`;
}
