import type { FoundAssignment, FoundGrant } from "../../../clients/graph/inventory";
import type { VaultEntryFacts } from "../../../clients/key-vault/records";
import { vaultEntries, vaultSecretName } from "../../../model/vault-entries";
import type { Tenant } from "../../shared/tenant";
import { entryId, type Inventory, vaultId } from "./find";

/**
 * What hangs on a deployment's principal and on its entries; application and vault themselves are the caller's to add. Without a principal
 * nothing can hang on it.
 */
export async function readInventory(
  tenant: Tenant,
  principalObjectId: string | undefined,
  isOurs: (entry: VaultEntryFacts) => boolean,
): Promise<Inventory> {
  const { inventory } = tenant;
  const ofPrincipal = <T>(read: (objectId: string) => Promise<readonly T[]>) =>
    principalObjectId === undefined ? [] : read(principalObjectId);
  const [apis, grants, assignmentsOf, assignmentsTo, entries] = await Promise.all([
    readApis(tenant),
    ofPrincipal(inventory.grants),
    ofPrincipal(inventory.assignmentsOf),
    ofPrincipal(inventory.assignmentsTo),
    tenant.vault.list(),
  ]);
  const names = entries.filter(isOurs).map(({ name }) => name);
  return {
    ...{ applicationObjectId: undefined, vaultExists: false, entries: names },
    ...{ principalObjectId, apis, grants, assignmentsOf, assignmentsTo },
    reportingUserObjectId: reportingUser(grants, assignmentsTo),
    roleAssignments: await readRoleAssignments(tenant, names),
  };
}

async function readRoleAssignments(
  { configuration, azure }: Tenant,
  names: readonly string[],
): Promise<Inventory["roleAssignments"]> {
  const ours = vaultEntries.filter((entry) => names.includes(vaultSecretName(configuration.vault.prefix, entry)));
  const scopes = [vaultId(configuration), ...ours.map((entry) => entryId(configuration, entry))];
  return (await Promise.all(scopes.map((scope) => azure.roleAssignmentsOn(scope)))).flat();
}

/** Consent for one user and the assignment name the same person; with consent for everyone only the assignment does. */
function reportingUser(grants: readonly FoundGrant[], assigned: readonly FoundAssignment[]): string | undefined {
  const granted = grants.find(({ userObjectId }) => userObjectId !== undefined)?.userObjectId;
  return granted ?? (assigned.length === 1 ? assigned[0]?.principalObjectId : undefined);
}

async function readApis({ configuration, graph }: Tenant): Promise<Inventory["apis"]> {
  const clientIds = configuration.permissions.map(({ api }) => api.clientId);
  const principals = await Promise.all(clientIds.map((clientId) => graph.principal(clientId)));
  return new Map(
    clientIds.flatMap((clientId, place) => {
      const principal = principals[place];
      return principal === undefined ? [] : [[clientId, principal] as const];
    }),
  );
}
