import { openEmulatorPage } from "../../clients/emulator-control";

/** Where the reporting user of the demo is at home. */
export interface DemoUser {
  readonly origin: string;
  readonly userPrincipalName: string;
  readonly signal: AbortSignal;
}

/**
 * The reporting user at the emulator's sign-in pages: opens the address, fills the forms in with the password and the code that the pages
 * show, and comes back with the address that a browser would end at. Only ever asks the emulator.
 */
export async function signInAtPages(url: string, user: DemoUser): Promise<string> {
  let page = await open(url, user);
  page = await fill(page, { login: user.userPrincipalName, passwd: passwordOn(page, user) }, user);
  if (page.sentTo === undefined) page = await fill(page, { otc: codeOn(page) }, user);
  if (page.sentTo === undefined) throw new Error(`the sign-in ended at a page: ${problemOn(page.html)}`);
  return page.sentTo;
}

/** A page, or where its answer sent the browser. */
interface Page {
  readonly html: string;
  readonly sentTo: string | undefined;
}

function passwordOn({ html }: Page, { userPrincipalName }: DemoUser): string {
  const rows = html.matchAll(/<td>([^<]*)<\/td><td><code>([^<]*)<\/code>/g);
  const row = [...rows].find(([, name = ""]) => name.toLowerCase() === userPrincipalName.toLowerCase());
  if (row === undefined) throw new Error(`the sign-in page knows no ${userPrincipalName}: ${problemOn(html)}`);
  return row[2] ?? "";
}

function codeOn({ html }: Page): string {
  return /<code>(\d{6})<\/code>/.exec(html)?.[1] ?? "";
}

async function open(url: string, { origin, signal }: DemoUser, form?: URLSearchParams): Promise<Page> {
  if (new URL(url).origin !== origin) throw new Error("the sign-in leads away from the emulator");
  return openEmulatorPage(url, form, { signal });
}

/** Sends the first form of a page that has the fields, with what it holds already. */
async function fill({ html }: Page, fields: Readonly<Record<string, string>>, user: DemoUser): Promise<Page> {
  const forms = html.split("<form ").slice(1);
  const form = forms.find((it) => Object.keys(fields).every((name) => it.includes(`name="${name}"`)));
  if (form === undefined)
    throw new Error(`the page has no field ${Object.keys(fields).join(", ")}: ${problemOn(html)}`);
  const action = /action="([^"]*)"/.exec(form)?.[1] ?? "";
  const body = new URLSearchParams();
  for (const [, name = "", value = ""] of form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
    body.set(name, value);
  }
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return open(new URL(action, user.origin).toString(), user, body);
}

function problemOn(html: string): string {
  return /id="error">([^<]*)</.exec(html)?.[1] ?? /<title>([^<]*)</.exec(html)?.[1] ?? "an empty page";
}
