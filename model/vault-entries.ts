/** The vault entries of one stack, by what they hold. */
export const vaultEntries = ["client-id", "client-secret", "refresh-token"] as const;

/** What a vault entry holds. */
export type VaultEntry = (typeof vaultEntries)[number];

/** Key Vault's limit on the name of a secret. */
export const longestSecretName = 127;

/** The full name of an entry in the vault. */
export function vaultSecretName(prefix: string, entry: VaultEntry): string {
  return `${prefix}${entry}`;
}
