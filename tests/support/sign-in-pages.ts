import { partnerTenant } from "../../offline/emulator/seed/constants";
import type { CallResult, TestEmulator } from "./emulator";

/** A person at the emulator's sign-in pages, by plain HTTP: reads the form that is shown, fills it in, sends it. */
export class PersonAtPages {
  private answer: CallResult | undefined;

  constructor(private readonly emulator: TestEmulator) {}

  /** What the browser shows, or was sent on with. */
  get shown(): CallResult {
    if (this.answer === undefined) throw new Error("no page was opened");
    return this.answer;
  }

  /** The message on the page. */
  get problem(): string | undefined {
    return /<p role="alert" id="error">([^<]*)<\/p>/.exec(this.shown.text)?.[1];
  }

  get title(): string | undefined {
    return /<title>([^<]*)<\/title>/.exec(this.shown.text)?.[1];
  }

  /** What the page shows because it is an emulator's: each user's password. */
  get passwords(): Readonly<Record<string, string>> {
    const rows = this.shown.text.matchAll(/<tr><td>([^<]*)<\/td><td><code>([^<]*)<\/code><\/td><\/tr>/g);
    return Object.fromEntries([...rows].map(([, name = "", password = ""]) => [plain(name), plain(password)]));
  }

  /** The same of the code that the authenticator app shows. */
  get code(): string | undefined {
    return /<section id="emulator">[\s\S]*<code>(\d{6})<\/code>/.exec(this.shown.text)?.[1];
  }

  async open(options: Readonly<Record<string, string>>, { version = 2, tenant = partnerTenant.id as string } = {}) {
    const path = `/${tenant}/oauth2/${version === 2 ? "v2.0/" : ""}authorize?${new URLSearchParams(options)}`;
    this.answer = await this.emulator.call("GET", path);
    return this;
  }

  /** Fills in the form that has the fields, and sends it. */
  async fill(fields: Readonly<Record<string, string>>) {
    return this.send(this.form(Object.keys(fields)), fields);
  }

  /** Leaves by the button at the end of the page. */
  async cancel() {
    return this.send(this.form([], "/cancel"), {});
  }

  /** Where the user was sent: the address the application waits at, and what it is told. */
  sentBack(): { readonly to: string; readonly told: Record<string, string> } {
    const { status, headers, text } = this.shown;
    if (status === 302) {
      const url = new URL(headers["location"] ?? "");
      const told = new URLSearchParams(url.hash === "" ? url.search : url.hash.slice(1));
      return { to: `${url.origin}${url.pathname}`, told: Object.fromEntries(told) };
    }
    const action = /action="([^"]*)"/.exec(text)?.[1] ?? "";
    if (this.title !== "Working...") throw new Error(`nobody was sent back: ${status} ${this.title} ${this.problem}`);
    return { to: action, told: hiddenFields(text) };
  }

  private form(names: readonly string[], ending = ""): { action: string; hidden: Record<string, string> } {
    const forms = this.shown.text.split("<form ").slice(1);
    const form = forms.find(
      (each) => names.every((name) => each.includes(`name="${name}"`)) && each.split('"')[3]?.endsWith(ending),
    );
    if (form === undefined) throw new Error(`no form with ${names.join(", ") || ending} on page ${this.title}`);
    return { action: /action="([^"]*)"/.exec(form)?.[1] ?? "", hidden: hiddenFields(form) };
  }

  private async send(
    form: { action: string; hidden: Record<string, string> },
    fields: Readonly<Record<string, string>>,
  ) {
    const body = new URLSearchParams({ ...form.hidden, ...fields });
    this.answer = await this.emulator.call("POST", form.action, { body });
    return this;
  }
}

function plain(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function hiddenFields(html: string): Record<string, string> {
  const found = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name = "", value = ""]) => [plain(name), plain(value)]));
}

/** The code that the user's authenticator app shows now. */
export async function oneTimeCodeOf(
  emulator: TestEmulator,
  userPrincipalName: string = partnerTenant.reportingUser.userPrincipalName,
): Promise<string> {
  return (await emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName })).oneTimeCode;
}

/** The whole way of a user with MFA: opened, password, code, sent back. */
export async function signInAtPages(
  emulator: TestEmulator,
  options: Readonly<Record<string, string>>,
  how: { readonly version?: 1 | 2; readonly user?: string; readonly password?: string } = {},
): Promise<Record<string, string>> {
  const { version = 2, user = partnerTenant.reportingUser.userPrincipalName, password } = how;
  const person = await new PersonAtPages(emulator).open(options, { version });
  await person.fill({ login: user, passwd: password ?? emulator.secrets.userPassword });
  if (person.title === "Enter code") await person.fill({ otc: await oneTimeCodeOf(emulator, user) });
  return person.sentBack().told;
}
