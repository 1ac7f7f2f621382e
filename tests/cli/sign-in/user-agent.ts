import type { TestEmulator } from "../../support/emulator";

/** What the user types. */
export interface Typed {
  readonly password: string;
  /** The code of the authenticator app; left out: a user who is not asked for one. */
  readonly code?: string;
  /** Who signs in; left out: whoever the page suggests. */
  readonly userName?: string;
}

/** The page at which a sign-in ends. */
export interface LastPage {
  readonly title: string;
  readonly text: string;
}

/** Something that a person signs in with. */
export interface UserAgent {
  signIn(url: string, typed: Typed): Promise<LastPage>;
}

/** The pages of a sign-in by plain requests, without a browser. */
export function plainHttp(emulator: TestEmulator): UserAgent {
  return {
    async signIn(url, { password, code, userName }) {
      let answer = await emulator.call("GET", url);
      for (let step = 0; step < 5; step += 1) {
        const location = answer.headers["location"];
        if (location !== undefined) return lastPage(await (await fetch(location)).text());
        const form = firstForm(answer.text);
        const fields: Record<string, string> = { ...form.fields };
        if ("passwd" in fields) fields["passwd"] = password;
        if ("login" in fields && userName !== undefined) fields["login"] = userName;
        if ("otc" in fields) fields["otc"] = code ?? "";
        answer = await emulator.call("POST", form.action, { body: new URLSearchParams(fields) });
      }
      throw new Error("the sign-in does not end");
    },
  };
}

function firstForm(html: string): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  const [, action = "", content = ""] = /<form method="post" action="([^"]*)">(.*?)<\/form>/s.exec(html) ?? [];
  const inputs = [...content.matchAll(/<input[^>]*>/g)].map(([input]) => {
    const of = (name: string) => unescapeHtml(new RegExp(`${name}="([^"]*)"`).exec(input)?.[1] ?? "");
    return [of("name"), of("value")] as const;
  });
  return { action: unescapeHtml(action), fields: Object.fromEntries(inputs) };
}

function lastPage(html: string): LastPage {
  const of = (tag: string) => unescapeHtml(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "s").exec(html)?.[1] ?? "");
  return { title: of("h1"), text: of("p") };
}

function unescapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => names[name] ?? "");
}
