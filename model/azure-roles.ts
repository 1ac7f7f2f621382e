/** One of Azure's built-in roles. */
export interface AzureRole {
  /** As Azure's pages write it. */
  readonly name: string;
  /** The same in every tenant. */
  readonly id: string;
  /** Whether the role lets its holder read only. */
  readonly isReader: boolean;
}

/**
 * The built-in roles that a program of this kind gives or meets.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const azureRoles = {
  secretsUser: { name: "Key Vault Secrets User", id: "4633458b-17de-408a-b874-0445c86b69e6", isReader: true },
  keyVaultReader: { name: "Key Vault Reader", id: "21090545-7ca7-4776-b22c-e363652d74d2", isReader: true },
  secretsOfficer: { name: "Key Vault Secrets Officer", id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", isReader: false },
  keyVaultAdministrator: {
    name: "Key Vault Administrator",
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    isReader: false,
  },
  keyVaultContributor: { name: "Key Vault Contributor", id: "f25e0fa2-a7c8-4377-a976-54943a77a395", isReader: false },
  owner: { name: "Owner", id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", isReader: false },
  contributor: { name: "Contributor", id: "b24988ac-6180-42a0-ab88-20f7382dd24c", isReader: false },
  userAccessAdministrator: {
    name: "User Access Administrator",
    id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    isReader: false,
  },
  rbacAdministrator: {
    name: "Role Based Access Control Administrator",
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    isReader: false,
  },
} as const satisfies Readonly<Record<string, AzureRole>>;

/** The role of this id; undefined for one that is not listed here. */
export function findAzureRole(id: string): AzureRole | undefined {
  return Object.values(azureRoles).find((role) => role.id === id);
}
