import type { TokenCredential } from "@azure/identity";
import { partnerCredential, vaultCredential } from "../../clients/entra/sign-in";
import { createKeyVault, type KeyVault } from "../../clients/key-vault/records";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { CommandContext } from "./command";

type SessionContext = Pick<CommandContext, "env" | "signal">;

/** A vault with the identity that reads and writes it. */
export interface VaultSession {
  readonly vaultIdentity: TokenCredential;
  readonly vault: KeyVault;
}

/** The vault as the commands sign in to it. Together with the two functions below, the only sign-ins of the commands. */
export function openVault(vaultUri: string, authority: string, { env, signal }: SessionContext): VaultSession {
  const vaultIdentity = vaultCredential(env, authority, { signal });
  return { vaultIdentity, vault: createKeyVault(vaultUri, vaultIdentity, { signal }) };
}

/** The vault as the azure-native provider signs in to it: as `vault.clientId`, with the proof that the `ARM_*` variables name. */
export function openProviderVault(
  { vault }: Pick<StackConfiguration, "vault">,
  vaultUri: string,
  authority: string,
  { env, signal }: SessionContext,
): VaultSession {
  const writer = { ...env, ARM_CLIENT_ID: vault.clientId, ARM_TENANT_ID: vault.tenantId };
  const vaultIdentity = partnerCredential(writer, vault.tenantId, authority, { signal });
  return { vaultIdentity, vault: createKeyVault(vaultUri, vaultIdentity, { signal }) };
}

/** The identity that acts in the partner tenant. */
export function signInToPartner(tenantId: string, authority: string, { env, signal }: SessionContext): TokenCredential {
  return partnerCredential(env, tenantId, authority, { signal });
}
