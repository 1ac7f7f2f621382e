import { dayOf } from "../../model/day";
import type { DeletedLook, MissingEntry } from "../../rotation/missing-entry";
import { movedRecord } from "../../rotation/moved-record";
import type { PublishedRecord } from "../../rotation/record";
import type { StateEntry } from "../../rotation/state-view";
import { entryNames } from "../entry-names";
import { waitFor } from "../waiting";
import type { Outside } from "./outside";

/** What goes on after a move or a purge, which leave no entry where this run publishes: it lies in the state. */
export interface LeftBehind {
  readonly clientId: string | undefined;
  readonly record: PublishedRecord | undefined;
}

/** What the state says of an entry that the vault does not show; nothing where there is no reason to go on from there. */
export function entryLeftBehind(
  { configuration, today }: Outside,
  deployment: string,
  held: StateEntry | undefined,
): LeftBehind | undefined {
  const { migrate: reason, tenant } = configuration;
  if (reason === undefined || held === undefined) return undefined;
  return {
    clientId: held.tags["clientId"],
    record: movedRecord(held.tags, { deployment, tenantId: tenant.id, reason, today }),
  };
}

/** What is known beside the vault itself. */
interface MissingEntryFacts {
  readonly deploymentId: string;
  readonly isVaultThere: boolean;
  /** The entry in this stack's state. */
  readonly held: StateEntry | undefined;
}

/** Asks the vault's deleted entries what became of an entry that the vault does not show. */
export async function missingEntry(
  outside: Outside,
  { deploymentId, isVaultThere, held }: MissingEntryFacts,
): Promise<MissingEntry> {
  const { configuration, endpoints } = outside;
  const { name: vaultName, prefix } = configuration.vault;
  const entryName = entryNames(prefix).clientSecret;
  return {
    deployment: deploymentId,
    vaultName,
    entryName,
    address: `https://${vaultName}.${endpoints.keyVaultSuffix}/secrets/${entryName}`,
    published: held?.address,
    deleted: isVaultThere ? await lookForDeleted(outside, entryName) : { kind: "none" },
    migrate: configuration.migrate,
  };
}

async function lookForDeleted({ readDeletedEntry }: Outside, entryName: string): Promise<DeletedLook> {
  if (readDeletedEntry === undefined) return { kind: "none" };
  try {
    const deleted = await waitFor(`whether the entry ${entryName} was deleted`, () => readDeletedEntry(entryName));
    if (deleted === undefined) return { kind: "none" };
    return { kind: "deleted", deployment: deleted.tags["deployment"], on: dayOf(deleted.deletedAt) };
  } catch (error) {
    // Not every writer may look at deleted entries: what that means depends on what else is known.
    return { kind: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
}
