import { getSecret, getVault } from "@pulumi/azure-native/keyvault";
import type { Provider as AzureNativeProvider } from "@pulumi/azure-native/provider";
import { stop } from "./problems";

/** Which vault entry to read. */
export interface EntryAddress {
  readonly resourceGroupName: string;
  readonly vaultName: string;
  readonly secretName: string;
}

/**
 * The tags of a vault entry as they are now, not as the state believes. Undefined when there is no such entry (or no such
 * vault yet); any other failure is thrown, because "cannot tell" must never pass for "nothing published".
 */
export async function readLiveTags(
  address: EntryAddress,
  provider: AzureNativeProvider,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { tags } = await getSecret({ ...address }, { provider });
    return tags ?? {};
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw stop(`what the vault's entry ${address.secretName} holds`, error);
  }
}

/** Why entries cannot be kept in a vault that should exist: it does not, or role assignments have no effect in it. */
export async function existingVaultProblems(
  { resourceGroupName, vaultName }: EntryAddress,
  provider: AzureNativeProvider,
): Promise<readonly string[]> {
  try {
    const { properties } = await getVault({ resourceGroupName, vaultName }, { provider });
    if (properties.enableRbacAuthorization) return [];
    return [
      `vault.name: ${vaultName} decides access by access policies, so readers by role would have no access: ` +
        "switch it to Azure role-based access control, or name another vault",
    ];
  } catch (error) {
    if (!isNotFound(error)) throw stop(`whether the vault ${vaultName} can hold entries`, error);
    return [
      `vault.name: there is no vault ${vaultName} in resource group ${resourceGroupName}: ` +
        "correct the name, or set vault.mode to create",
    ];
  }
}

/**
 * The plugin hands on Azure's answer as text only. Its older HTTP layer wrote `Status=404`, its newer one writes
 * `RESPONSE 404`; which of the two 3.28.0 uses here is UNVERIFIED against Azure itself.
 */
export function isNotFound(error: unknown): boolean {
  return /\bStatus=404\b|\bRESPONSE 404\b/.test(String(error));
}
