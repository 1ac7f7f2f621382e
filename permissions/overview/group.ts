import { guid } from "../../model/guid";
import { type AccessChange, contentOf } from "../diff";
import { write } from "../report/phrase";
import { headline } from "../report/sentences";
import { type Risk, riskLevels } from "../risk-levels";

/** One grant of one stack, as a comparison with nothing names it. */
export interface Grant {
  readonly stack: string;
  readonly change: AccessChange;
}

/** The same grant in one or many tenants. All texts may come from outside: the caller that prints them escapes them. */
export interface OverviewGroup {
  /** The highest among the tenants. */
  readonly risk: Risk;
  readonly reasons: readonly string[];
  /** The permission, the reader, or the whole sentence. */
  readonly title: string;
  /** The API and the kind of permission; the role and what the entry holds. */
  readonly detail: string | null;
  readonly holder: string | null;
  /** What it lets the holder do, from the catalog. */
  readonly lets: string | null;
  readonly tenants: readonly { readonly stack: string; readonly note: string | null }[];
}

/** Grants with the same key are one group: names that every tenant has one of, such as its user or its vault, are left out. */
export function groupKey({ code, subject, risk }: AccessChange): string {
  const { permission, holder } = subject;
  if (permission !== null) return JSON.stringify([code, permission, holder?.kind, risk.reasons]);
  if (code === "reader") return JSON.stringify([holder?.id ?? holder?.name, contentOf(subject.entry), subject.detail]);
  return JSON.stringify([code, { ...subject, vault: null, entry: null }]);
}

export function groupOf(grants: readonly Grant[]): OverviewGroup {
  const worst = grants.reduce((found, grant) => (rank(grant.change) > rank(found.change) ? grant : found));
  const { change } = worst;
  return {
    risk: change.risk.level,
    reasons: change.risk.reasons,
    lets: change.lets,
    ...named(change),
    tenants: grants.map(({ stack, change: { subject } }) => ({ stack, note: noteOf(subject) })),
  };
}

function named(change: AccessChange): Pick<OverviewGroup, "title" | "detail" | "holder"> {
  const { code, subject } = change;
  const { permission, holder } = subject;
  if (permission !== null) {
    const who = code === "requested" ? "nobody: requested, not granted" : holderText(holder);
    return { title: permission.permission, detail: `${permission.api}, ${permission.kind}`, holder: who };
  }
  if (code === "reader") {
    const what = contentOf(subject.entry);
    const reaches = subject.entry === null ? "everything in the vault" : what === "other" ? "another entry" : what;
    return { title: holder?.name ?? "", detail: `${reaches}: ${subject.detail ?? ""}`, holder: holder?.id ?? null };
  }
  return { title: write(headline(change), plain), detail: null, holder: null };
}

const plain = { name: (text: string) => text, sentence: (text: string) => text };

function holderText(holder: AccessChange["subject"]["holder"]): string {
  if (holder?.kind === "user") return "the reporting user of each tenant";
  if (holder?.kind === "tenant") return "everyone who signs in";
  return holder?.kind === "application" ? "the application itself, without a user" : (holder?.name ?? "");
}

/** What is each tenant's own: the user a permission acts as, the place of an entry. */
function noteOf({ permission, holder, vault, entry }: AccessChange["subject"]): string | null {
  if (permission !== null)
    return holder?.kind === "user" || guid.test(holder?.name ?? "") ? (holder?.name ?? null) : null;
  return [vault, entry].filter((name) => name !== null).join("/") || null;
}

function rank({ risk }: AccessChange): number {
  return riskLevels.indexOf(risk.level);
}
