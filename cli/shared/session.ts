import type { TokenCredential } from "@azure/identity";
import { partnerCredential, personCredential, vaultCredential } from "../../clients/entra/sign-in";
import { soloSignInProblems } from "../../clients/entra/who-acts";
import { createKeyVault, type KeyVault } from "../../clients/key-vault/records";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { CommandContext } from "./command";
import { CommandError } from "./document";

type SessionContext = Pick<CommandContext, "env" | "signal">;

/** A vault with the identity that reads and writes it. */
export interface VaultSession {
  readonly vaultIdentity: TokenCredential;
  readonly vault: KeyVault;
}

/** What of a stack decides who signs in. */
export type WhoActs = Pick<StackConfiguration, "solo"> & {
  readonly vault: Pick<StackConfiguration["vault"], "tenantId" | "clientId">;
};

/**
 * The vault as the commands sign in to it; for a solo stack as the person who is signed in to the Azure CLI. Together with the two functions
 * below, the only sign-ins of the commands.
 */
export function openVault(
  vaultUri: string,
  authority: string,
  { env, signal }: SessionContext,
  stack?: WhoActs,
): VaultSession {
  const vaultIdentity = stack?.solo
    ? personCredential(stack.vault.tenantId, { signal })
    : vaultCredential(env, authority, { signal });
  return { vaultIdentity, vault: createKeyVault(vaultUri, vaultIdentity, { signal }) };
}

/** The vault as the azure-native provider signs in to it: as `vault.clientId`, with the proof that the `ARM_*` variables name. */
export function openProviderVault(
  { vault }: WhoActs,
  vaultUri: string,
  authority: string,
  { env, signal }: SessionContext,
): VaultSession {
  const named = vault.clientId === undefined ? {} : { ARM_CLIENT_ID: vault.clientId };
  const writer = { ...env, ...named, ARM_TENANT_ID: vault.tenantId };
  const vaultIdentity = partnerCredential(writer, vault.tenantId, authority, { signal });
  return { vaultIdentity, vault: createKeyVault(vaultUri, vaultIdentity, { signal }) };
}

/** Refuses a solo stack in a pipeline, and beside another identity that the environment asks for. */
export function demandPerson(
  { solo, stack }: Pick<StackConfiguration, "solo" | "stack">,
  env: CommandContext["env"],
): void {
  const problems = solo ? soloSignInProblems(env) : [];
  if (problems.length === 0) return;
  throw new CommandError(problems.map((message) => ({ code: "solo", message: `${stack}: ${message}`, fix: "" })));
}

/** The identity that acts in the partner tenant. */
export function signInToPartner(tenantId: string, authority: string, { env, signal }: SessionContext): TokenCredential {
  return partnerCredential(env, tenantId, authority, { signal });
}
