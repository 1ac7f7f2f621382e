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
