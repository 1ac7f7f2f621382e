/** Where a vault lies in Azure. */
export interface VaultPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** Azure's resource id of a vault; Azure compares such ids without regard to capitals. */
export function vaultResourceId({ subscriptionId, resourceGroup, name }: VaultPlace): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`;
}

/** Azure's resource id of one entry of a vault. */
export function entryResourceId(place: VaultPlace, entry: string): string {
  return `${vaultResourceId(place)}/secrets/${entry}`;
}

const VAULT_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)$/i;

/** Where a vault lies, from its resource id and in lower case; undefined when it is the id of something else. */
export function readVaultId(id: string): VaultPlace | undefined {
  const [, subscriptionId, resourceGroup, name] = VAULT_ID.exec(id.toLowerCase()) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return undefined;
  return { subscriptionId, resourceGroup, name };
}
