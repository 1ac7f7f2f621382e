import { getSecret, getVault } from "@pulumi/azure-native/keyvault";
import { commandLine } from "../model/command-line";
import { askUnless } from "./problems";
import type { Scope } from "./scope";

/** Which vault entry to read. */
export interface EntryAddress {
  readonly resourceGroupName: string;
  readonly vaultName: string;
  readonly secretName: string;
}

/** A vault entry as it is now; its text is not read. */
export interface LiveEntry {
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the latest version may be read. */
  readonly isEnabled: boolean;
}

/**
 * A vault entry as it is now, not as the state believes. Undefined when there is no such entry (or no such vault yet); any
 * other failure is thrown, because "cannot tell" must never pass for "nothing published".
 */
export async function readLiveEntry(address: EntryAddress, { component }: Scope): Promise<LiveEntry | undefined> {
  const found = await askUnless(isNotFound, `what the vault's entry ${address.secretName} holds`, () =>
    getSecret({ ...address }, { parent: component }),
  );
  return found && { tags: found.tags ?? {}, isEnabled: found.properties.attributes?.enabled !== false };
}

/** Whether a vault is there, and whether roles decide who may read in it. */
export type VaultPresence = "missing" | "by-policy" | "by-role";

export async function findVault(
  { resourceGroupName, vaultName }: EntryAddress,
  { component }: Scope,
): Promise<VaultPresence> {
  const found = await askUnless(isNotFound, `whether the vault ${vaultName} can hold entries`, () =>
    getVault({ resourceGroupName, vaultName }, { parent: component }),
  );
  if (found === undefined) return "missing";
  return found.properties.enableRbacAuthorization ? "by-role" : "by-policy";
}

/** Why entries cannot be kept in a vault that should exist: it does not, or role assignments have no effect in it. */
export function existingVaultProblems(
  { resourceGroupName, vaultName }: EntryAddress,
  presence: VaultPresence,
): readonly string[] {
  if (presence === "by-role") return [];
  if (presence === "by-policy") {
    return [
      `vault.name: ${vaultName} decides access by access policies, so readers by role would have no access: ` +
        "switch it to Azure role-based access control, or name another vault",
    ];
  }
  return [
    `vault.name: there is no vault ${vaultName} in resource group ${resourceGroupName}: ` +
      "correct the name, or set vault.mode to create",
  ];
}

/**
 * Why a vault that this stack should make cannot be made: it is there, and this state did not make it. Azure's provider would refuse it
 * too, but after the application and its secret were created. Whose it is nothing proves, so a person decides.
 */
export function plannedVaultProblems(
  { resourceGroupName, vaultName }: EntryAddress,
  presence: VaultPresence,
  { mode, stack, isOurs }: { readonly mode: "create" | "recover"; readonly stack: string; readonly isOurs: boolean },
): readonly string[] {
  if (presence === "missing" || isOurs) return [];
  const script = commandLine("deployer", "-s", stack, "--github", "OWNER/REPO", "--for", "vault-owner");
  return [
    `vault.mode is ${mode}, and resource group ${resourceGroupName} has a vault ${vaultName} that this stack's state does not hold. ` +
      "Where a run of this stack broke off while it made that vault, or this stack was destroyed and left it: write vault.mode: existing, and have " +
      `the vault's owner run the script that this prints: \`${script}\`. What else that run left is then removed by: ` +
      `\`${commandLine("recover", "-s", stack)}\`. Where the vault is somebody else's, choose another vault.name`,
  ];
}

/**
 * The plugin hands on Azure's answer as text only. Its older HTTP layer wrote `Status=404`, its newer one writes
 * `RESPONSE 404`; which of the two 3.28.0 uses here is UNVERIFIED against Azure itself.
 */
function isNotFound(error: unknown): boolean {
  return /\bStatus=404\b|\bRESPONSE 404\b/.test(String(error));
}
