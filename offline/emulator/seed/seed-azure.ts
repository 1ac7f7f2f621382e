import { onlyTheseRoles } from "../services/resource-manager/conditions";
import { stableId } from "../world/stable-id";
import type { Tenant } from "../world/world";
import { builtInRoles, homeSubscription, homeTenant, partnerTenant } from "./constants";
import { seedCreatedAt } from "./seed-identity";

const subscriptionScope = `/subscriptions/${homeSubscription.id}`;
const groupScope = `${subscriptionScope}/resourcegroups/${homeSubscription.resourceGroup}`;
const vaultScope = `${groupScope}/providers/microsoft.keyvault/vaults/${homeSubscription.vault}`;

/** The subscription, the resource group and the vault of the home tenant, and who may do what in them. */
export function addHomeSubscription(tenant: Tenant): void {
  const { id, displayName, resourceGroup, location, vault } = homeSubscription;
  tenant.subscriptions.put({ id, displayName });
  tenant.resourceGroups.put({
    id: `${id}/${resourceGroup}`,
    subscriptionId: id,
    name: resourceGroup,
    location,
    tags: {},
  });
  tenant.vaults.put({
    id: vault,
    name: vault,
    subscriptionId: id,
    resourceGroup,
    location,
    tags: {},
    properties: {
      tenantId: tenant.id,
      sku: { family: "A", name: "standard" },
      accessPolicies: [],
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      publicNetworkAccess: "Enabled",
    },
  });
  addRoleAssignment(tenant, {
    principalId: administratorId(tenant.id),
    principalType: "User",
    scope: subscriptionScope,
    role: "owner",
  });
  for (const [principalId, scope, roles] of homeAssignments()) {
    for (const role of roles) addRoleAssignment(tenant, { scope, role, principalId });
  }
  // On the group, as the vault's owner assigns it: the deployer may also create or recover the vault.
  const mayGive = onlyTheseRoles([builtInRoles.keyVaultSecretsUser, builtInRoles.keyVaultSecretsOfficer]);
  const principalId = homeTenant.deployer.objectId;
  addRoleAssignment(tenant, { principalId, scope: groupScope, role: "rbacAdministrator", condition: mayGive });
}

/** Object id of the person who administers a tenant. */
export const administratorId = (tenantId: string): string => stableId(tenantId, "user", "admin");

type RoleName = keyof typeof builtInRoles;

function homeAssignments(): readonly (readonly [string, string, readonly RoleName[]])[] {
  const { deployer, rotator, administrator } = homeTenant;
  // The rotator writes the entries of its own partner tenant and no other: rights on the single secrets, not on the vault.
  const alias = partnerTenant.domain.split(".")[0];
  const entries = ["client-id", "client-secret", "refresh-token"].map(
    (name) => `${vaultScope}/secrets/partner-insights-${alias}-${name}`,
  );
  return [
    [deployer.objectId, groupScope, ["keyVaultContributor"]],
    [deployer.objectId, vaultScope, ["keyVaultSecretsOfficer"]],
    [rotator.objectId, vaultScope, ["keyVaultReader"]],
    ...entries.map((scope) => [rotator.objectId, scope, ["keyVaultContributor", "keyVaultSecretsOfficer"]] as const),
    [administrator.objectId, subscriptionScope, ["owner"]],
    [administrator.objectId, vaultScope, ["keyVaultAdministrator"]],
  ];
}

interface SeedAssignment {
  readonly principalId: string;
  readonly principalType?: "User" | "ServicePrincipal";
  readonly scope: string;
  readonly role: RoleName;
  readonly condition?: string;
}

function addRoleAssignment(tenant: Tenant, assignment: SeedAssignment): void {
  const { principalId, principalType = "ServicePrincipal", scope, role, condition = null } = assignment;
  const name = stableId("role assignment", scope, role, principalId);
  tenant.roleAssignments.put({
    id: `${scope}/providers/microsoft.authorization/roleassignments/${name}`,
    name,
    scope,
    roleDefinitionId: builtInRoles[role],
    principalId,
    principalType,
    description: null,
    condition,
    conditionVersion: condition === null ? null : "2.0",
    createdOn: seedCreatedAt,
  });
}
