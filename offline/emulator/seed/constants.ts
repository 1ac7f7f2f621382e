/**
 * The ids of the emulated world, the same in every run and in the dev stack's configuration. They are invented: no real tenant, application or
 * subscription has them.
 */

/** An application registration of the seed with its service principal. */
export interface SeedIdentityIds {
  readonly clientId: string;
  readonly objectId: string;
}

/** The partner tenant, in which the application lives. */
export const partnerTenant = {
  id: "11111111-1111-4111-8111-111111111111",
  domain: "contoso.example",
  displayName: "Contoso",
  deployer: { clientId: "c0ffee00-0000-4000-8000-00000000d001", objectId: "c0ffee00-0000-4000-8000-000000000001" },
  rotator: { clientId: "c0ffee00-0000-4000-8000-00000000d003", objectId: "c0ffee00-0000-4000-8000-000000000003" },
  administrator: { clientId: "c0ffee00-0000-4000-8000-00000000d0aa", objectId: "c0ffee00-0000-4000-8000-0000000000aa" },
  reportingUser: { userPrincipalName: "reports@contoso.example", objectId: "c0ffee00-0000-4000-8000-0000000000a1" },
} as const;

/** The vault's home tenant, in which the credentials are kept and read. */
export const homeTenant = {
  id: "22222222-2222-4222-8222-222222222222",
  domain: "fabrikam.example",
  displayName: "Fabrikam",
  deployer: { clientId: "c0ffee00-0000-4000-8000-00000000d002", objectId: "c0ffee00-0000-4000-8000-000000000002" },
  rotator: { clientId: "c0ffee00-0000-4000-8000-00000000d004", objectId: "c0ffee00-0000-4000-8000-000000000004" },
  administrator: { clientId: "c0ffee00-0000-4000-8000-00000000d0ab", objectId: "c0ffee00-0000-4000-8000-0000000000ab" },
  /** A downstream consumer, "report-builder". */
  reader: { clientId: "c0ffee00-0000-4000-8000-00000000d005", objectId: "c0ffee00-0000-4000-8000-000000000005" },
  /** A consumer that may read refresh tokens. */
  renewer: { clientId: "c0ffee00-0000-4000-8000-00000000d006", objectId: "c0ffee00-0000-4000-8000-000000000006" },
} as const;

/** The home tenant's subscription with the resource group and the vault that exist at start. */
export const homeSubscription = {
  id: "33333333-3333-4333-8333-333333333333",
  displayName: "Fabrikam Partner Access",
  resourceGroup: "partner-insights",
  location: "westeurope",
  vault: "fabrikam-partner-access",
} as const;

/** Vaults are `https://<name>.` and this suffix; `.test` is reserved, so no resolver ever knows it (RFC 6761). */
export const keyVaultSuffix = "vault.emulator.test";

/** Object ids of Azure's built-in roles. @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const builtInRoles = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  rbacAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  keyVaultContributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
  keyVaultAdministrator: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
  keyVaultSecretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  keyVaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  keyVaultReader: "21090545-7ca7-4776-b22c-e363652d74d2",
} as const;
