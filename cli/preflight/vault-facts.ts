import type { TokenCredential } from "@azure/identity";
import { type CloudEndpoints, isLoopback } from "../../clients/entra/clouds";
import { createLooker, type Json, type Look, type Looker } from "../../clients/entra/looker";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { vaultEntries, vaultSecretName } from "../../model/vault-entries";
import type { Permission, VaultFacts } from "./vault-checks";

/** How the vault's side is looked at: as the identity that writes it. */
export interface VaultPlace {
  readonly endpoints: Pick<CloudEndpoints, "resourceManager" | "keyVaultSuffix">;
  readonly credential: TokenCredential;
  readonly signal?: AbortSignal | undefined;
}

const VAULT_VERSION = "api-version=2023-07-01";

/** Everything the vault's checks need, by reading alone. */
export async function checkVaultSide(
  { vault }: StackConfiguration,
  { endpoints, credential, signal }: VaultPlace,
): Promise<VaultFacts> {
  const { resourceManager, keyVaultSuffix } = endpoints;
  const look = createLooker({
    service: "Azure Resource Manager",
    endpoint: resourceManager,
    // A token is asked for by the cloud's own name of the service, also where an emulator answers for the public cloud.
    resource: isLoopback(resourceManager) ? "https://management.azure.com" : resourceManager,
    credential,
    signal,
  });
  const content = createLooker({
    service: "Key Vault",
    endpoint: `https://${vault.name}.${keyVaultSuffix}`,
    resource: `https://${keyVaultSuffix}`,
    credential,
    signal,
  });
  const subscription = `/subscriptions/${vault.subscriptionId}`;
  const group = `${subscription}/resourceGroups/${encodeURIComponent(vault.resourceGroup)}`;
  const vaultId = `${group}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
  const scope = vault.mode === "existing" ? vaultId : group;
  const isThere = vault.mode !== "create";
  const [foundGroup, found, permissions, reached, deletedEntries] = await Promise.all([
    look(`${group}?api-version=2021-04-01`),
    look(`${vaultId}?${VAULT_VERSION}`),
    look(`${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`),
    isThere ? content("/secrets?api-version=7.4&maxresults=1") : nothing,
    isThere ? lookForDeleted(content, vault.prefix) : ({ kind: "seen", value: [] } as const),
  ]);
  return {
    group: foundGroup,
    vault: found,
    permissions: permissionsIn(permissions),
    reached,
    deletedEntries,
    deletedVault: await lookForDeletedVault(look, subscription, vault, foundGroup),
  };
}

const nothing: Look<Json> = { kind: "absent" };

async function lookForDeletedVault(
  look: Looker,
  subscription: string,
  { name, location, mode }: StackConfiguration["vault"],
  group: Look<Json>,
): Promise<Look<Json>> {
  if (mode === "existing") return nothing;
  const written = location ?? (group.kind === "seen" ? String(group.value["location"]) : undefined);
  if (written === undefined) return { kind: "failed", reason: "the location of the resource group is not known" };
  const place = `${subscription}/providers/Microsoft.KeyVault/locations/${encodeURIComponent(written)}`;
  return look(`${place}/deletedVaults/${name}?${VAULT_VERSION}`);
}

async function lookForDeleted(content: Looker, prefix: string): Promise<Look<readonly string[]>> {
  const names = vaultEntries.map((entry) => vaultSecretName(prefix, entry));
  const looks = await Promise.all(names.map((name) => content(`/deletedsecrets/${name}?api-version=7.4`)));
  const unclear = looks.find(({ kind }) => kind === "denied" || kind === "failed");
  if (unclear !== undefined) return unclear as Look<readonly string[]>;
  return { kind: "seen", value: names.filter((_, place) => looks[place]?.kind === "seen") };
}

function permissionsIn(look: Look<Json>): Look<readonly Permission[]> {
  if (look.kind !== "seen") return look;
  const items = Array.isArray(look.value["value"]) ? (look.value["value"] as Json[]) : [];
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    kind: "seen",
    value: items.map((item) => ({
      actions: texts(item["actions"]),
      notActions: texts(item["notActions"]),
      dataActions: texts(item["dataActions"]),
      notDataActions: texts(item["notDataActions"]),
    })),
  };
}
