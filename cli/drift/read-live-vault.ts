import type { ResourceManager } from "../../clients/resource-manager/role-assignments";
import type { LiveAccess, LiveDeployment } from "../../permissions/drift";
import type { AccessManifest } from "../../permissions/manifest";
import { vaultId } from "../recover/lost-state/find";
import type { PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";

type LiveVault = Pick<LiveDeployment, "vaults" | "usedVaults" | "entries" | "access">;

/** Looks at the vault: its settings, the entries under the stack's prefix, and who holds roles on them. Reads metadata only. */
export async function readLiveVault(
  tenant: Tenant,
  published: PublishedState,
  declared: AccessManifest,
): Promise<LiveVault> {
  const { configuration, vault, azure } = tenant;
  const { name } = configuration.vault;
  const id = vaultId(configuration);
  const isDeclared = declared.vaults.some((it) => it.vault.toLowerCase() === name.toLowerCase());
  const [settings, list] = await Promise.all([azure.vault(id), vault.list()]);
  const entries = list
    .filter((entry) => isOurs(entry.name, entry.tags, tenant, published))
    .map((entry) => ({
      vault: name,
      entry: entry.name,
      isEnabled: entry.isEnabled,
      hasExpiry: entry.expiresOn !== undefined,
    }));
  const declaredEntries = declared.entries.map(({ entry }) => entry);
  const access = await Promise.all([
    ...[...new Set([...declaredEntries, ...entries.map(({ entry }) => entry)])].map((entry) =>
      accessOn(azure, id, name, entry),
    ),
    // A vault that this stack does not own is its owner's decision.
    ...(isDeclared ? [accessOn(azure, id, name, null)] : []),
  ]);
  return {
    vaults: isDeclared && settings !== undefined ? [{ vault: name, ...settings }] : [],
    usedVaults: isDeclared ? [] : [{ vault: name, isRoleBased: settings?.isRoleBased ?? null }],
    entries,
    access: access.flat(),
  };
}

/** By name; an entry that another application's or deployment's tags claim belongs to a longer prefix. */
function isOurs(
  name: string,
  tags: Readonly<Record<string, string>>,
  { configuration }: Tenant,
  { clientId, record }: PublishedState,
): boolean {
  const others = [tags["clientId"] ?? clientId, tags["deployment"] ?? record.deployment];
  return name.startsWith(configuration.vault.prefix) && others[0] === clientId && others[1] === record.deployment;
}

async function accessOn(
  azure: ResourceManager,
  vaultResourceId: string,
  vault: string,
  entry: string | null,
): Promise<readonly LiveAccess[]> {
  const scope = entry === null ? vaultResourceId : `${vaultResourceId}/secrets/${entry}`;
  const found = await azure.roleAssignmentsOn(scope);
  return found.map(({ roleId, principalObjectId, principalType, condition }) => ({
    on: entry === null ? "vault" : "entry",
    vault,
    entry,
    scope: null,
    role: roleId.toLowerCase(),
    principalId: principalObjectId,
    principalType,
    condition: condition ?? null,
  }));
}
