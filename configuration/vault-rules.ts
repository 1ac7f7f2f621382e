import { counted } from "../model/command-line";
import { longestSecretName, vaultEntries, vaultSecretName } from "../model/vault-entries";
import { type AccessPolicy, readerAllowedBy } from "../permissions/access-policy";
import { repeated } from "./application-rules";
import { defaultPrefix } from "./defaults";
import { type Drafts, readDrafts } from "./drafts";
import { policyFileName } from "./policy-file";
import type { Problem } from "./problem";
import { showValue } from "./show-value";
import { type ConfigurationValues, readSections } from "./values";

/** The rules of `vault` that no single field can check. Without a policy anybody may read. */
export function vaultProblems(
  drafts: Drafts,
  policy: AccessPolicy | undefined,
  hasReportingUser: boolean,
): readonly Problem[] {
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
      allowed: `at most ${counted(room, "character")}, because a secret's name has at most ${longestSecretName}`,
      fix: "shorten it",
    });
  }
  if (vault?.mode === "existing" && vault.location !== undefined) {
    problems.push({
      path: "vault.location",
      message: "is set, but the vault exists",
      received: showValue(vault.location),
      allowed: "a location only with mode create or recover",
      fix: "remove it",
    });
  }
  if (!hasReportingUser && (vault?.refreshTokenReaders?.length ?? 0) > 0) {
    problems.push({
      path: "vault.refreshTokenReaders",
      message: "is set, but there is no reporting user, so there is no refresh token",
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
  policy: AccessPolicy | undefined,
): readonly Problem[] {
  const readers = vault?.[list] ?? [];
  const entry = list === "readers" ? "client-secret" : "refresh-token";
  const refused = readers.flatMap((reader, index): readonly Problem[] => {
    if (policy === undefined || reader?.id === undefined) return [];
    if (readerAllowedBy(policy, reader.id, entry) !== undefined) return [];
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
  // The name becomes part of a resource's name: the program could not declare two. A reader listed twice is reported once.
  const names = readers.map((reader, index) => (ids.indexOf(reader?.id) === index ? reader?.name : undefined));
  return [...refused, ...repeated(ids, `vault.${list}`), ...repeated(names, `vault.${list}`, sameName)];
}

const sameName = { is: "has the same name as", fix: "rename one of them" };

/** The prefix as written, or the one that follows from the alias; undefined when neither can be read. */
function vaultPrefix({ vault, tenant }: Drafts): string | undefined {
  if (vault?.prefix !== undefined) return vault.prefix;
  return tenant?.alias === undefined ? undefined : defaultPrefix(tenant.alias);
}

/** The names of the stacks that write vault entries at an address. */
export type EntryWriters = ReadonlyMap<string, ReadonlySet<string>>;

/** Who writes where, in all stack files of a project. */
export function indexWriters(
  stackFiles: ReadonlyMap<string, { readonly entryAddress: () => string | undefined }>,
): EntryWriters {
  const writers = new Map<string, Set<string>>();
  for (const [stack, source] of stackFiles) {
    const address = source.entryAddress();
    if (address === undefined) continue;
    const known = writers.get(address);
    if (known === undefined) writers.set(address, new Set([stack]));
    else known.add(stack);
  }
  return writers;
}

/** How many stacks a problem names: a thousand with one address would otherwise be a thousand names for each. */
const mostNamed = 3;

/** Two stacks that write the same vault entries would overwrite each other's secrets at every rotation. */
export function sharedEntryProblems(stack: string, drafts: Drafts, writers: EntryWriters): readonly Problem[] {
  const all = writers.get(addressOf(drafts) ?? "") ?? new Set();
  const count = all.size - (all.has(stack) ? 1 : 0);
  if (count === 0) return [];
  return [
    {
      path: "vault.prefix",
      message: `gives the vault entries the names that ${named(otherNames(all, stack), count)} in the same vault`,
      received: showValue(vaultPrefix(drafts)),
      allowed: "names of its own for every stack of the project",
      fix: "choose another tenant.alias or vault.prefix in one of the stacks",
    },
  ];
}

function otherNames(all: Iterable<string>, stack: string): readonly string[] {
  const names: string[] = [];
  for (const name of all) {
    if (names.length === mostNamed) break;
    if (name !== stack) names.push(name);
  }
  return names;
}

function named(stacks: readonly string[], count: number): string {
  const words = stacks.map((name) => `"${name}"`);
  if (words.length === 1) return `stack ${words[0]} writes`;
  if (count > stacks.length) words.push(`${count - stacks.length} more`);
  return `the stacks ${words.slice(0, -1).join(", ")} and ${words.at(-1)} write`;
}

/** Where a stack with these values keeps its vault entries; undefined where that cannot be told. */
export function entryAddress(values: ConfigurationValues, ownNamespace: string): string | undefined {
  const { tenant, vault } = readSections(values, ownNamespace).values;
  return addressOf(readDrafts({ tenant, vault }).drafts);
}

/** Vault names are unique in their cloud; names of vaults and secrets ignore case. No entry's name ends in another's: one prefix is one address. */
function addressOf(drafts: Drafts): string | undefined {
  const prefix = vaultPrefix(drafts);
  const { vault, tenant } = drafts;
  if (prefix === undefined || vault?.name === undefined) return undefined;
  return `${tenant?.cloud ?? "public"}/${vault.name}/${prefix}`.toLowerCase();
}
