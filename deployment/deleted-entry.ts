import * as pulumi from "@pulumi/pulumi";
import { entryNames } from "../components/entry-names";
import { dayOf } from "../rotation/day";
import type { Outside } from "./outside";

/**
 * Why a vault without our entry must not be taken for an empty one: somebody deleted what this deployment published. A run would mint a
 * first secret again, fail to publish it under a name that is still taken, and after a recovery remove the secret consumers hold.
 * An entry of another deployment is none of that: destroyed and set up again, the provider brings it back and writes over it.
 */
export async function deletedEntryProblems(
  { readDeletedEntry, configuration }: Outside,
  deploymentId: string,
): Promise<readonly string[]> {
  if (readDeletedEntry === undefined) return [];
  const { name: vault, prefix } = configuration.vault;
  const name = entryNames(prefix).clientSecret;
  try {
    const deleted = await readDeletedEntry(name);
    if (deleted === undefined || deleted.tags["deployment"] !== deploymentId) return [];
    return [
      `the vault's entry ${name} was deleted on ${dayOf(deleted.deletedAt)}, and this stack published it. Recover it first: ` +
        `az keyvault secret recover --vault-name ${vault} --name ${name}`,
    ];
  } catch (error) {
    // A vault that this run creates does not answer yet, and not every writer may look at deleted entries.
    const why = error instanceof Error ? error.message : String(error);
    void pulumi.log.debug(`Cannot tell whether the vault's entry ${name} was deleted: ${why}`);
    return [];
  }
}
