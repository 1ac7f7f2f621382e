import { createKeyVault, type VaultEntryFacts } from "../../clients/key-vault";
import { vaultCredential } from "../../clients/sign-in";
import type { Day } from "../../rotation/day";
import { readRecord } from "../../rotation/record";
import type { Surroundings } from "../command";
import { CommandError, invalidOption } from "../document";
import { demandRecord, todayOf } from "../tenant";
import { type StackStatus, statusOf, unreadable } from "./stack-status";

/**
 * The alarm: what a vault's list of entries says about every deployment in it. Needs list rights on the vault and nothing
 * else, so it can run where neither the scheduler nor the deployer runs.
 */
export async function readVaultStatus(url: string, { env }: Surroundings): Promise<readonly StackStatus[]> {
  const vaultUri = vaultUriOf(url);
  const today = todayOf(env["PARTNER_ACCESS_NOW"], env["ARM_METADATA_HOSTNAME"] || undefined);
  const entries = await createKeyVault(vaultUri, vaultCredential(env)).list();
  const found = ourEntries(entries).map((entry) => statusOfEntry(entry, entries, today, vaultUri));
  if (found.length > 0) return found;
  throw new CommandError([
    {
      code: "nothing-found",
      message: `${vaultUri} has no client secret of this project among its ${entries.length} entries`,
      fix: "Name the vault that the stacks write. An alarm that watches the wrong vault would never ring.",
    },
  ]);
}

/** Entries of ours by name and author: other secrets of the same vault are nobody's business here. */
function ourEntries(entries: readonly VaultEntryFacts[]): readonly VaultEntryFacts[] {
  const ours = entries.filter(
    ({ name, tags }) =>
      name.endsWith("client-secret") && (tags["managedBy"] === "partner-insights-access" || tags["record"]),
  );
  return ours.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function statusOfEntry(
  clientSecret: VaultEntryFacts,
  entries: readonly VaultEntryFacts[],
  today: Day,
  vaultUri: string,
): StackStatus {
  const prefix = clientSecret.name.slice(0, -"client-secret".length);
  // A vault knows no stacks; the prefix is what its entries have in common.
  const name = prefix.replace(/-$/, "") || clientSecret.name;
  try {
    const record = demandRecord(readRecord(clientSecret.tags), clientSecret.name, vaultUri);
    const refreshToken = entries.find((entry) => entry.name === `${prefix}refresh-token`);
    return statusOf(name, { today, record, clientSecret, refreshToken }, record.dueOn);
  } catch (error) {
    return unreadable(name, error);
  }
}

function vaultUriOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "https:" && parsed.pathname === "/" && parsed.search === "") return parsed.origin;
  throw invalidOption(
    `--from-vault must be a vault's address like https://fabrikam.vault.azure.net, got ${url}`,
    "The portal shows it as the vault's URI.",
  );
}
