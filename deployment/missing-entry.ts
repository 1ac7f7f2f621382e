import * as pulumi from "@pulumi/pulumi";
import { entryNames } from "../components/entry-names";
import { askOrStop } from "../components/problems";
import { dayOf } from "../rotation/day";
import { type DeletedLook, missingEntryFindings } from "../rotation/missing-entry";
import type { Outside } from "./outside";

/** Asks the state and the vault's deleted entries what became of an entry that the vault does not show. Warns, and answers what refuses. */
export async function missingEntryProblems(
  outside: Outside,
  { deploymentId, isVaultThere }: { readonly deploymentId: string; readonly isVaultThere: boolean },
): Promise<readonly string[]> {
  const { configuration, endpoints, readStateEntry } = outside;
  const { name: vaultName, prefix } = configuration.vault;
  const entryName = entryNames(prefix).clientSecret;
  const { problems, warnings } = missingEntryFindings({
    deployment: deploymentId,
    vaultName,
    entryName,
    address: `https://${vaultName}.${endpoints.keyVaultSuffix}/secrets/${entryName}`,
    published: readStateEntry && (await askOrStop("what this stack's state published", readStateEntry)),
    deleted: isVaultThere ? await lookForDeleted(outside, entryName) : { kind: "none" },
    migrate: configuration.migrate,
  });
  for (const warning of warnings) void pulumi.log.warn(warning);
  return problems;
}

async function lookForDeleted({ readDeletedEntry }: Outside, entryName: string): Promise<DeletedLook> {
  if (readDeletedEntry === undefined) return { kind: "none" };
  try {
    const deleted = await readDeletedEntry(entryName);
    if (deleted === undefined) return { kind: "none" };
    return { kind: "deleted", deployment: deleted.tags["deployment"], on: dayOf(deleted.deletedAt) };
  } catch (error) {
    // Not every writer may look at deleted entries: what that means depends on what else is known.
    return { kind: "unknown", why: error instanceof Error ? error.message : String(error) };
  }
}
