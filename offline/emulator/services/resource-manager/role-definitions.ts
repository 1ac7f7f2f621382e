import { builtInRoles } from "../../seed/constants";

/** What a built-in role allows. Ids, actions and descriptions are Microsoft's (learn.microsoft.com, "Azure built-in roles"). */
export interface RoleDefinition {
  /** The role's GUID, the same in every tenant. */
  readonly id: string;
  readonly roleName: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
}

const keyVaultOnlyRbac = "Only works for key vaults that use the 'Azure role-based access control' permission model.";

/** What every "Key Vault ... Officer", Administrator and Reader may do in the control plane: look, not change. */
const keyVaultReadActions = [
  "Microsoft.Authorization/*/read",
  "Microsoft.Insights/alertRules/*",
  "Microsoft.Resources/deployments/*",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Support/*",
  "Microsoft.KeyVault/checkNameAvailability/read",
  "Microsoft.KeyVault/deletedVaults/read",
  "Microsoft.KeyVault/locations/*/read",
  "Microsoft.KeyVault/vaults/*/read",
  "Microsoft.KeyVault/operations/read",
];

const generalRoles: readonly RoleDefinition[] = [
  {
    id: builtInRoles.owner,
    roleName: "Owner",
    description: "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    actions: ["*"],
    notActions: [],
    dataActions: [],
  },
  {
    id: builtInRoles.contributor,
    roleName: "Contributor",
    description:
      "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.",
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
      "Microsoft.Blueprint/blueprintAssignments/write",
      "Microsoft.Blueprint/blueprintAssignments/delete",
      "Microsoft.Compute/galleries/share/action",
      "Microsoft.Purview/consents/write",
      "Microsoft.Purview/consents/delete",
      "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
      "Microsoft.Subscription/cancel/action",
      "Microsoft.Subscription/enable/action",
    ],
    dataActions: [],
  },
  {
    id: builtInRoles.reader,
    roleName: "Reader",
    description: "View all resources, but does not allow you to make any changes.",
    actions: ["*/read"],
    notActions: [],
    dataActions: [],
  },
  {
    id: builtInRoles.userAccessAdministrator,
    roleName: "User Access Administrator",
    description: "Lets you manage user access to Azure resources.",
    actions: ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
    notActions: [],
    dataActions: [],
  },
  {
    id: builtInRoles.rbacAdministrator,
    roleName: "Role Based Access Control Administrator",
    description:
      "Manage access to Azure resources by assigning roles using Azure RBAC. This role does not allow you to manage access using other ways, such as Azure Policy.",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
      "Microsoft.Support/*",
    ],
    notActions: [],
    dataActions: [],
  },
];

const keyVaultRoles: readonly RoleDefinition[] = [
  {
    id: builtInRoles.keyVaultContributor,
    roleName: "Key Vault Contributor",
    description: "Lets you manage key vaults, but not access to them.",
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.Insights/alertRules/*",
      "Microsoft.KeyVault/*",
      "Microsoft.Resources/deployments/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      "Microsoft.Support/*",
    ],
    notActions: [
      "Microsoft.KeyVault/locations/deletedVaults/purge/action",
      "Microsoft.KeyVault/hsmPools/*",
      "Microsoft.KeyVault/managedHsms/*",
    ],
    dataActions: [],
  },
  {
    id: builtInRoles.keyVaultAdministrator,
    roleName: "Key Vault Administrator",
    description: `Perform all data plane operations on a key vault and all objects in it, including certificates, keys, and secrets. Cannot manage key vault resources or manage role assignments. ${keyVaultOnlyRbac}`,
    actions: keyVaultReadActions,
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/*"],
  },
  {
    id: builtInRoles.keyVaultSecretsOfficer,
    roleName: "Key Vault Secrets Officer",
    description: `Perform any action on the secrets of a key vault, except manage permissions. ${keyVaultOnlyRbac}`,
    actions: keyVaultReadActions,
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  },
  {
    id: builtInRoles.keyVaultSecretsUser,
    roleName: "Key Vault Secrets User",
    description: `Read secret contents. ${keyVaultOnlyRbac}`,
    actions: [],
    notActions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  },
  {
    id: builtInRoles.keyVaultReader,
    roleName: "Key Vault Reader",
    description: `Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values such as secret contents or key material. ${keyVaultOnlyRbac}`,
    actions: keyVaultReadActions,
    notActions: [],
    dataActions: ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"],
  },
];

/** The built-in roles this emulator knows; any other id is a role definition that does not exist. */
export const roleDefinitions: readonly RoleDefinition[] = [...generalRoles, ...keyVaultRoles];

/** Finds a role by GUID, in any case. */
export const findRoleDefinition = (id: string): RoleDefinition | undefined =>
  roleDefinitions.find((role) => role.id === id.toLowerCase());
