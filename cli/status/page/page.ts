import { createHash } from "node:crypto";
import { raw } from "hono/html";
import { counted } from "../../../model/command-line";
import { accessSection } from "./access-view";
import { attentionSection } from "./attention";
import { html, type Markup } from "./markup";
import type { PageContent } from "./page-content";
import { pageScript } from "./script";
import { pageStyle } from "./style";
import { tenantSection } from "./tenant-table";
import { tenantUrgency, type Urgency, urgencies, urgencyWords } from "./urgency";
import { exactInstant } from "./words";

/** Only our own style and script run, by their hashes; nothing is loaded, sent or framed. */
const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`;

/** The whole page in one file. It can be read without its script, which only filters, sorts and copies. */
export function renderPage(content: PageContent): string {
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(content)}</title>
<style>${raw(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#tenants">To the table of tenants</a>
<header>
<h1>Partner access</h1>
<p>As read on <time id="read-at" datetime="${content.at.toISOString()}">${exactInstant(content.at)}</time>.
<span id="age" role="status"></span></p>
${tiles(content)}
<nav aria-label="On this page"><a href="#attention">Attention</a> <a href="#tenants">Tenants</a> <a href="#access">Who may do what</a></nav>
</header>
<main>
${attentionSection(content)}
${toolbar()}
${tenantSection(content)}
${accessSection(content)}
</main>
<p id="said" class="unseen" role="status"></p>
<script>${raw(pageScript)}</script>
</body>
</html>
`}`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** What a tab shows: how many tenants need somebody. */
function titleOf({ tenants }: PageContent): string {
  const concerned = tenants.filter((tenant) => tenantUrgency(tenant) !== "well").length;
  return concerned === 0 ? "✓ Partner access: all well" : `(${concerned}) Partner access: needs attention`;
}

function tiles({ tenants }: PageContent): Markup {
  const count = (urgency: Urgency) => tenants.filter((tenant) => tenantUrgency(tenant) === urgency).length;
  const shown = urgencies.filter((urgency) => urgency === "well" || count(urgency) > 0);
  return html`<ul class="tiles" aria-label="${counted(tenants.length, "tenant")} by state">${shown.map(
    (urgency) =>
      html`<li class="${urgency}"><b>${count(urgency)}</b> <span aria-hidden="true">${urgencyWords[urgency].sign}</span> ${urgencyWords[urgency].words}</li>`,
  )}</ul>`;
}

/** Shown by the script only: without one it could do nothing. */
function toolbar(): Markup {
  const choices = urgencies.map((urgency) => html`<option value="${urgency}">${urgencyWords[urgency].words}</option>`);
  return html`<form id="toolbar" role="search" aria-label="Filter" hidden>
<label>Filter <input id="filter" type="search" placeholder="name, domain, problem, permission" autocomplete="off"></label>
<label>State <select id="state"><option value="">any</option>${choices}</select></label>
<output id="shown" for="filter state"></output>
</form>`;
}
