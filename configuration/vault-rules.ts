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
  // The name becomes part of a resource's name: the program could not declare two. A reader who stands twice is told once.
  const names = readers.map((reader, index) => (ids.indexOf(reader?.id) === index ? reader?.name : undefined));
  return [...refused, ...repeated(ids, `vault.${list}`), ...repeated(names, `vault.${list}`, sameName)];
}

const sameName = { is: "has the same name as", fix: "rename one of them" };

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
 * Tells which of these stack files could write the vault entries of `values`. One could only if the alias or the prefix they are named
 * after stands in it as a word. A text with YAML that can spell a word without holding it (escapes, aliases, tags) always could.
 */
export function mayClash(values: ConfigurationValues, { all, spelling, holding }: WordIndex): ReadonlySet<string> {
  const { tenant, vault } = readSections(values).values;
  const { drafts } = readDrafts({ tenant, vault });
  const prefix = vaultPrefix(drafts)?.toLowerCase();
  // An empty prefix is no word that could be looked for.
  if (prefix === undefined || prefix === "") return all;
  const [before = "", after = ""] = defaultPrefix(" ").split(" ");
  const alias =
    prefix.startsWith(before) && prefix.endsWith(after)
      ? prefix.slice(before.length, prefix.length - after.length)
      : prefix;
  return new Set([...spelling, ...(holding.get(prefix) ?? []), ...(holding.get(alias) ?? [])]);
}

/** Which stack files hold which words; made once, asked for each of a thousand stacks. */
export interface WordIndex {
  /** The names of the stacks. */
  readonly all: ReadonlySet<string>;
  /** Those with escapes, aliases or tags: what they say need not stand in them. */
  readonly spelling: readonly string[];
  /** The others by each word of theirs in lower case: what a name in a vault is made of, as long as it goes. */
  readonly holding: ReadonlyMap<string, readonly string[]>;
}

/** The words of stack files, by stack name. */
export function indexWords(texts: ReadonlyMap<string, string>): WordIndex {
  const spelling: string[] = [];
  const holding = new Map<string, string[]>();
  for (const [stack, text] of texts) {
    if (/[\\&*!]/.test(text)) {
      spelling.push(stack);
      continue;
    }
    for (const word of new Set(text.toLowerCase().match(/[a-z0-9-]+/g))) {
      const known = holding.get(word);
      if (known === undefined) holding.set(word, [stack]);
      else known.push(stack);
    }
  }
  return { all: new Set(texts.keys()), spelling, holding };
}
