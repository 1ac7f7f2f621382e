import { type AccessPolicy, readerAllowedBy } from "../permissions/access-policy";
import { repeated } from "./application-rules";
import { defaultPrefix } from "./defaults";
import { type Drafts, readDrafts } from "./drafts";
import { policyFileName } from "./policy-file";
import type { Problem } from "./problem";
import { showValue } from "./show-value";
import { type ConfigurationValues, readSections } from "./values";
import { longestSecretName, vaultEntries, vaultSecretName } from "./vault-entries";

/** The rules of `vault` that no single field can check. */
export function vaultProblems(drafts: Drafts, policy: AccessPolicy, hasReportingUser: boolean): readonly Problem[] {
  const { vault } = drafts;
  const problems: Problem[] = [];
  const prefix = vaultPrefix(drafts);
  const longestEntry = Math.max(...vaultEntries.map((entry) => vaultSecretName(prefix ?? "", entry).length));
  if (longestEntry > longestSecretName) {
    const room = longestSecretName - Math.max(...vaultEntries.map((entry) => entry.length));
    problems.push({
      path: "vault.prefix",
      message: "makes names that are too long for a vault",
      received: showValue(prefix),
      allowed: `at most ${room} characters, because a secret's name has at most ${longestSecretName}`,
      fix: "shorten it",
    });
  }
  if (vault?.mode === "existing" && vault.location !== undefined) {
    problems.push({
      path: "vault.location",
      message: "is written, but the vault exists",
      received: showValue(vault.location),
      allowed: "a location only with mode create or recover",
      fix: "remove it",
    });
  }
  if (!hasReportingUser && (vault?.refreshTokenReaders?.length ?? 0) > 0) {
    problems.push({
      path: "vault.refreshTokenReaders",
      message: "is written, but nobody signs in, so there is no refresh token",
      received: showValue(vault?.refreshTokenReaders),
      allowed: "readers of the refresh token only together with reportingUser",
      fix: "remove it, or name the reporting user",
    });
  }
  return [
    ...problems,
    ...readerProblems(drafts, "readers", policy),
    ...readerProblems(drafts, "refreshTokenReaders", policy),
  ];
}

function readerProblems(
  { vault }: Drafts,
  list: "readers" | "refreshTokenReaders",
  policy: AccessPolicy,
): readonly Problem[] {
  const readers = vault?.[list] ?? [];
  const entry = list === "readers" ? "client-secret" : "refresh-token";
  const refused = readers.flatMap((reader, index): readonly Problem[] => {
    if (reader?.id === undefined || readerAllowedBy(policy, reader.id, entry) !== undefined) return [];
    const flag = entry === "refresh-token" ? " with mayReadRefreshTokens: true" : "";
    return [
      {
        path: `vault.${list}[${index}]`,
        message: `may not read the ${entry}`,
        received: showValue(reader.id),
        allowed: `readers that ${policyFileName} lists${flag}`,
        fix: `ask the owners of ${policyFileName} for an entry with a reason`,
      },
    ];
  });
  const ids = readers.map((reader) => reader?.id);
  return [...refused, ...repeated(ids, `vault.${list}`)];
}

/** The prefix as written, or the one that follows from the alias; undefined when neither can be read. */
export function vaultPrefix({ vault, tenant }: Drafts): string | undefined {
  if (vault?.prefix !== undefined) return vault.prefix;
  return tenant?.alias === undefined ? undefined : defaultPrefix(tenant.alias);
}

/** Another stack of this project, as far as its vault entries can be told. */
export interface OtherStack {
  readonly stack: string;
  readonly drafts: Drafts;
}

/**
 * Two stacks that write the same vault entries would overwrite each other's secrets at every rotation. Vault names are
 * unique in their cloud, and names of vaults and secrets ignore case.
 */
export function sharedEntryProblems(drafts: Drafts, others: readonly OtherStack[]): readonly Problem[] {
  const ours = entryAddresses(drafts);
  return others.flatMap(({ stack, drafts: other }): readonly Problem[] => {
    const shared = entryAddresses(other).filter((address) => ours.includes(address));
    if (shared.length === 0) return [];
    return [
      {
        path: "vault.prefix",
        message: `gives the vault entries the names that stack "${stack}" writes in the same vault`,
        received: showValue(vaultPrefix(drafts)),
        allowed: "names of its own for every stack of the project",
        fix: "choose another tenant.alias or vault.prefix in one of the two stacks",
      },
    ];
  });
}

function entryAddresses(drafts: Drafts): readonly string[] {
  const prefix = vaultPrefix(drafts);
  const { vault, tenant } = drafts;
  if (prefix === undefined || vault?.name === undefined) return [];
  const cloud = tenant?.cloud ?? "public";
  return vaultEntries.map((entry) => `${cloud}/${vault.name}/${vaultSecretName(prefix, entry)}`.toLowerCase());
}

/**
 * Tells which of these stack files could write the vault entries of `values`. One could only if its text holds the alias or the
 * prefix they are named after. A text with YAML that can spell a word without holding it (escapes, aliases, tags) always could.
 */
export function mayClash(values: ConfigurationValues, texts: SearchableTexts): ReadonlySet<string> {
  const { tenant, vault } = readSections(values).values;
  const { drafts } = readDrafts({ tenant, vault });
  const prefix = vaultPrefix(drafts)?.toLowerCase();
  if (prefix === undefined) return texts.all;
  const [before = "", after = ""] = defaultPrefix(" ").split(" ");
  const fromAlias = prefix.startsWith(before) && prefix.endsWith(after) && prefix.length > before.length + after.length;
  const needle = fromAlias ? prefix.slice(before.length, prefix.length - after.length) : prefix;
  return new Set([...texts.spelling, ...holding(needle, texts)]);
}

/** The plain texts that hold a word. */
function holding(needle: string, { plain, starts, joined }: SearchableTexts): readonly string[] {
  const found: string[] = [];
  let next = 0;
  for (let at = joined.indexOf(needle); at !== -1 && next < starts.length; ) {
    // To the file that this place lies in; the search goes on with the one after it.
    while ((starts[next] ?? joined.length + 1) <= at) next += 1;
    found.push(plain[next - 1] ?? "");
    at = joined.indexOf(needle, starts[next] ?? joined.length);
  }
  return found;
}

/** The texts of all stack files, prepared once: with a thousand stacks they are searched a thousand times. */
export interface SearchableTexts {
  /** The names of the stacks. */
  readonly all: ReadonlySet<string>;
  /** Those with escapes, aliases or tags: what they say need not stand in them. */
  readonly spelling: readonly string[];
  /** The others, in the order of their texts. */
  readonly plain: readonly string[];
  /** Where the text of each of them begins. */
  readonly starts: readonly number[];
  /** Their texts in lower case: one search through all is far quicker than one through each. */
  readonly joined: string;
}

/** Prepares the texts of stack files, by stack name. */
export function searchable(texts: ReadonlyMap<string, string>): SearchableTexts {
  const spelling = [...texts].filter(([, text]) => /[\\&*!]/.test(text)).map(([stack]) => stack);
  const plain = [...texts.keys()].filter((stack) => !spelling.includes(stack));
  const starts: number[] = [];
  let length = 0;
  const lowerCase = plain.map((stack) => {
    const text = `${texts.get(stack)?.toLowerCase()}\n`;
    starts.push(length);
    length += text.length;
    return text;
  });
  return { all: new Set(texts.keys()), spelling, plain, starts, joined: lowerCase.join("") };
}
