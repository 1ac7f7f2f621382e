import { authorityOfVault } from "../../clients/entra/clouds";
import type { VaultEntryFacts } from "../../clients/key-vault/records";
import { counted } from "../../model/command-line";
import type { Day } from "../../model/day";
import { readRecord } from "../../rotation/record";
import { notChecked } from "../../rotation/value-check";
import type { CommandContext } from "../shared/command";
import { CommandError, invalidOption } from "../shared/document";
import { demandRightClock } from "../shared/right-clock";
import { openVault } from "../shared/session";
import { demandRecord, todayOf } from "../shared/tenant";
import { type StackStatus, statusOf, unreadable } from "./stack-status";

/**
 * The alarm: what a vault's list of entries says about every deployment in it. Needs list rights on the vault and nothing
 * else, so it can run where neither the scheduler nor the deployer runs.
 */
export async function readVaultStatus(url: string, context: CommandContext): Promise<readonly StackStatus[]> {
  const { env } = context;
  const vaultUri = vaultUriOf(url);
  const today = todayOf(env["PARTNER_ACCESS_NOW"], env["ARM_METADATA_HOSTNAME"] || undefined);
  const authority = authorityOfVault(vaultUri);
  await demandRightClock(env["AZURE_AUTHORITY_HOST"] || authority, context);
  const entries = await openVault(vaultUri, authority, context).vault.list();
  const found = statusesOf(entries, today, vaultUri);
  if (found.length > 0) return found;
  throw new CommandError([
    {
      code: "nothing-found",
      message: `${vaultUri} has no client secret of this project among its ${counted(entries.length, "entry", "entries")}`,
      fix: "Name the vault that the stacks write. An alarm on the wrong vault would never fire.",
    },
  ]);
}

type Entries = readonly VaultEntryFacts[];

/** What the entries of a vault say about each deployment in it. */
export function statusesOf(entries: Entries, today: Day, vaultUri: string): readonly StackStatus[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const prefixes = ourPrefixes(entries);
  const short = prefixes.map((prefix) => prefix.replace(/-$/, "") || clientSecret);
  // The prefixes `x` and `x-` are two deployments: where two would share a name, each has that of its entry.
  const isEachItsOwn = new Set(short).size === short.length;
  return prefixes.map((prefix, place) => {
    const name = (isEachItsOwn ? short[place] : undefined) ?? `${prefix}${clientSecret}`;
    return statusOfPrefix(prefix, name, byName, { today, vaultUri });
  });
}

const clientSecret = "client-secret";

/**
 * What the entries of one deployment begin with. By name and author, because other secrets of the vault are not ours. The client id's entry
 * counts too; otherwise a client secret that was deleted, or overwritten without its tags, would go unnoticed.
 */
function ourPrefixes(entries: Entries): readonly string[] {
  const prefixes = entries.flatMap(({ name, tags }) => {
    const [, prefix] = /^(.*)client-(?:secret|id)$/.exec(name) ?? [];
    return prefix !== undefined && (tags["managedBy"] === "partner-insights-access" || tags["record"]) ? [prefix] : [];
  });
  return [...new Set(prefixes)].sort();
}

/** A vault knows no stacks; the prefix is what its entries have in common. */
function statusOfPrefix(
  prefix: string,
  name: string,
  entries: ReadonlyMap<string, VaultEntryFacts>,
  { today, vaultUri }: { readonly today: Day; readonly vaultUri: string },
): StackStatus {
  const entryOf = (suffix: string) => entries.get(`${prefix}${suffix}`);
  try {
    const published = entryOf(clientSecret) ?? demandEntry(prefix, vaultUri);
    const record = demandRecord(readRecord(published.tags), published.name, { vaultUri });
    const facts = { today, record, clientSecret: published, refreshToken: entryOf("refresh-token") };
    return statusOf(name, facts, record.dueOn, notChecked("a vault's list of entries shows no values"));
  } catch (error) {
    return unreadable(name, error);
  }
}

function demandEntry(prefix: string, vaultUri: string): never {
  throw new CommandError([
    {
      code: "client-secret-missing",
      message: `${vaultUri} has ${prefix}client-id and no ${prefix}client-secret: no consumer can read a secret`,
      fix: "Look for it among the vault's deleted secrets and recover it; if the first up failed, run it again.",
    },
  ]);
}

function vaultUriOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "https:" && parsed.pathname === "/" && parsed.search === "") return parsed.origin;
  throw invalidOption(
    `--from-vault must be a vault's address like https://fabrikam.vault.azure.net, got ${url}`,
    "The portal shows it as the vault's URI.",
  );
}
