import type { RouteResponse } from "../../http/route";

const shared =
  "<style>body{font:16px sans-serif;max-width:30em;margin:3em auto}input{display:block;margin:.5em 0}</style>";

/** Text made safe for a page: everything on a sign-in page comes from somebody else. */
function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? "");
}

function page(status: number, title: string, content: string): RouteResponse {
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>${shared}</head>
<body><p>Emulated Microsoft Entra, for tests</p><h1>${escapeHtml(title)}</h1>
${content}
</body></html>
`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store, no-cache",
    pragma: "no-cache",
  };
  return { status, headers, body };
}

const hidden = (name: string, value: string) =>
  `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`;

const problemText = (problem: string | undefined) =>
  problem === undefined ? "" : `<p role="alert" id="error">${escapeHtml(problem)}</p>`;

/** Where a page's form goes, and which sign-in it belongs to. */
export interface PageTarget {
  readonly tenantId: string;
  readonly context: string;
}

const cancelForm = ({ tenantId, context }: PageTarget, label: string) =>
  `<form method="post" action="/${tenantId}/cancel">${hidden("ctx", context)}<button id="cancel">${escapeHtml(label)}</button></form>`;

/** A person whom the emulator knows, and with what this person signs in. */
export interface KnownUser {
  readonly userPrincipalName: string;
  readonly password: string;
}

/** What Microsoft's page never shows. Everything here is invented, and a person cannot know it otherwise. */
const onlyHere = (content: string) =>
  `<section id="emulator"><h2>Only in this emulator</h2>
<p>This page is not Microsoft's. What it shows here is invented and opens nothing else.</p>
${content}</section>`;

const userTable = (users: readonly KnownUser[]) =>
  onlyHere(`<table><tr><th>User name</th><th>Password</th></tr>
${users.map(userRow).join("\n")}
</table>`);

const userRow = ({ userPrincipalName, password }: KnownUser) =>
  `<tr><td>${escapeHtml(userPrincipalName)}</td><td><code>${escapeHtml(password)}</code></td></tr>`;

/** Who may sign in for what, and what was wrong before. */
export interface PasswordQuestion {
  readonly applicationName: string;
  readonly login: string;
  readonly users: readonly KnownUser[];
  readonly problem?: string;
}

/** User name and password; field names are those of Entra's own page. */
export function passwordPage(target: PageTarget, { applicationName, login, users, problem }: PasswordQuestion) {
  return page(
    200,
    "Sign in to your account",
    `<p>to continue to ${escapeHtml(applicationName)}</p>${problemText(problem)}
<form method="post" action="/${target.tenantId}/login">${hidden("ctx", target.context)}
<label>User name <input name="login" type="email" autocomplete="off" value="${escapeHtml(login)}" required></label>
<label>Password <input name="passwd" type="password" autocomplete="off" required></label>
<button id="submit">Sign in</button></form>
${cancelForm(target, "Cancel")}
${userTable(users)}`,
  );
}

/** The second factor: the code that the user's authenticator app shows, which is `code` now. */
export function oneTimeCodePage(target: PageTarget, code: string, problem?: string) {
  return page(
    200,
    "Enter code",
    `<p>Enter the code displayed in your authenticator app.</p>${problemText(problem)}
<form method="post" action="/${target.tenantId}/SAS/ProcessAuth">${hidden("ctx", target.context)}
<label>Code <input name="otc" inputmode="numeric" autocomplete="off" required></label>
<button id="submit">Verify</button></form>
${cancelForm(target, "Cancel")}
${onlyHere(`<p>The authenticator app shows <code>${escapeHtml(code)}</code>, for half a minute or a little longer.</p>`)}`,
  );
}

/** The code that an application shows on another device, and who signs in. */
export function deviceCodePage(users: readonly KnownUser[], problem?: string) {
  return page(
    200,
    "Enter code",
    `<p>Enter the code displayed on your app or device.</p>${problemText(problem)}
<form method="post" action="/common/oauth2/deviceauth">
<label>Code <input name="otc" autocomplete="off" required></label>
<label>User name <input name="login" type="email" autocomplete="off" required></label>
<button id="submit">Next</button></form>
${userTable(users)}`,
  );
}

/** A page with nothing left to do. */
export function noticePage(title: string, text: string) {
  return page(200, title, `<p>${escapeHtml(text)}</p>`);
}

/** A page that the user can only leave: Entra answers the application nothing until then. */
export function stoppedPage(target: PageTarget, title: string, text: string, leave: string) {
  return page(200, title, `${problemText(text)}${cancelForm(target, leave)}`);
}

/** A refusal with no way back to the application. UNVERIFIED which status the page has. */
export function errorPage(text: string) {
  return page(400, "Sorry, but we're having trouble signing you in.", problemText(text));
}

/** Sends the answer on as a form (`response_mode=form_post`); without scripts the user presses the button. */
export function formPostPage(redirectUri: string, fields: Readonly<Record<string, string>>) {
  const inputs = Object.entries(fields).map(([name, value]) => hidden(name, value));
  return page(
    200,
    "Working...",
    `<form method="post" action="${escapeHtml(redirectUri)}">${inputs.join("")}<button id="submit">Continue</button></form>
<script>document.forms[0].submit()</script>`,
  );
}
