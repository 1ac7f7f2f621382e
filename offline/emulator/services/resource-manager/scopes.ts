import type { ResourceGroup, Vault } from "../../world/subscription";
import type { Tenant } from "../../world/world";

/** Resource ids as ARM writes them. Comparisons use `canonicalScope`, because ids are case-insensitive. */
export const subscriptionScope = (subscriptionId: string): string => `/subscriptions/${subscriptionId}`;

/** Id of a resource group, in the case it was created with. */
export const groupScope = (group: Pick<ResourceGroup, "subscriptionId" | "name">): string =>
  `${subscriptionScope(group.subscriptionId)}/resourceGroups/${group.name}`;

/** Id of a vault, in the case it was created with. */
export const vaultScope = (vault: Pick<Vault, "subscriptionId" | "resourceGroup" | "name">): string =>
  `${groupScope({ subscriptionId: vault.subscriptionId, name: vault.resourceGroup })}/providers/Microsoft.KeyVault/vaults/${vault.name}`;

/** Id of a secret as a child of its vault: the narrowest scope a role can be assigned at. */
export const secretScope = (vault: Vault, secretName: string): string => `${vaultScope(vault)}/secrets/${secretName}`;

/** One spelling per scope, for comparing and for keys. */
export const canonicalScope = (scope: string): string => scope.toLowerCase().replace(/\/+$/, "") || "/";

/** Whether what is granted at `granted` reaches `target`: the same scope or one above it. */
export function scopeReaches(granted: string, target: string): boolean {
  const [above, below] = [canonicalScope(granted), canonicalScope(target)];
  return above === "/" || below === above || below.startsWith(`${above}/`);
}

/**
 * A stored (lower-case) scope in the names its objects were created with, so that an id reads back the same whatever case a caller
 * used: a provider that compares what it sent with what it reads must see no difference.
 */
export function displayScope(tenant: Tenant, scope: string): string {
  const [, , subscriptionId = "", , group = "", , , , vaultName, , secretName] = canonicalScope(scope).split("/");
  if (group === "") return subscriptionId === "" ? "/" : subscriptionScope(subscriptionId);
  const name = tenant.resourceGroups.get(`${subscriptionId}/${group}`)?.name ?? group;
  if (vaultName === undefined) return groupScope({ subscriptionId, name });
  const vault = tenant.vaults.get(vaultName) ?? tenant.deletedVaults.get(vaultName);
  const base = vaultScope({ subscriptionId, resourceGroup: name, name: vault?.name ?? vaultName });
  if (secretName === undefined) return base;
  const id = `${vaultName}/${secretName}`;
  const secret = tenant.secrets.get(id) ?? tenant.deletedSecrets.get(id);
  return `${base}/secrets/${secret?.name ?? secretName}`;
}
