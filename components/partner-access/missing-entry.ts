import { dayOf } from "../../model/day";
import type { DeletedLook, MissingEntry } from "../../rotation/missing-entry";
import { movedRecord } from "../../rotation/moved-record";
import type { PublishedRecord } from "../../rotation/record";
import type { StateEntry } from "../../rotation/state-view";
import { waitFor } from "../waiting";
import type { EntryPlace, Run } from "./run";

/** What goes on after a move or a purge, which leave no entry where this run publishes: it lies in the state. */
export interface LeftBehind {
  readonly clientId: string | undefined;
  readonly record: PublishedRecord | undefined;
}

/** What the state says of an entry that the vault does not show; nothing where there is no reason to go on from there. */
export function entryLeftBehind(
  { settings: { migrate: reason, tenant }, dependencies: { today } }: Run,
  deployment: string,
  held: StateEntry | undefined,
): LeftBehind | undefined {
  if (reason === undefined || held === undefined) return undefined;
  const tenantId = tenant.id.known ?? held.tags["tenantId"] ?? "";
  return {
    clientId: held.tags["clientId"],
    record: movedRecord(held.tags, { deployment, tenantId, reason, today }),
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
  run: Run,
  { address: { vaultName, secretName: entryName }, uri: address }: EntryPlace,
  { deploymentId, isVaultThere, held }: MissingEntryFacts,
): Promise<MissingEntry> {
  return {
    ...{ deployment: deploymentId, vaultName, entryName, address },
    published: held?.address,
    deleted: isVaultThere ? await lookForDeleted(run, entryName) : { kind: "none" },
    migrate: run.settings.migrate,
  };
}

async function lookForDeleted({ dependencies, endpoints }: Run, entryName: string): Promise<DeletedLook> {
  const readDeletedEntry = dependencies.readDeletedEntry?.bind(dependencies);
  if (readDeletedEntry === undefined) {
    return { kind: "unknown", why: "not checked, because this program has no look-up for it" };
  }
  try {
    const deleted = await waitFor(`whether the entry ${entryName} was deleted`, () =>
      readDeletedEntry(entryName, endpoints),
    );
    if (deleted === undefined) return { kind: "none" };
    return { kind: "deleted", deployment: deleted.tags["deployment"], on: dayOf(deleted.deletedAt) };
  } catch (error) {
    // Not every writer may look at deleted entries: what that means depends on what else is known.
    return { kind: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
}
