import { microsoftGraph, type PermissionKind } from "../../../permissions/catalog";
import type { JsonObject } from "./directory";

type Row = readonly [value: string, id: string, displayName: string];

/**
 * Application permissions of Microsoft Graph, as the `appRoles` of its service principal publish them. Only what the emulated calls ask for,
 * and what a tenant's people grant by mistake; ids as in Microsoft's permissions reference.
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
const roles: readonly Row[] = [
  ["Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Read all applications"],
  ["Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Read and write all applications"],
  [
    "Application.ReadWrite.OwnedBy",
    "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "Manage apps that this app creates or owns",
  ],
  [
    "AppRoleAssignment.ReadWrite.All",
    "06b708a9-e830-4db3-a914-8e69da51d44f",
    "Manage app permission grants and app role assignments",
  ],
  ["AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da", "Read all audit log data"],
  ["DelegatedPermissionGrant.Read.All", "81b4724a-58aa-41c1-8a55-84ef97466587", "Read all delegated permission grants"],
  [
    "DelegatedPermissionGrant.ReadWrite.All",
    "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    "Manage all delegated permission grants",
  ],
  ["Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Read directory data"],
  ["Directory.ReadWrite.All", "19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Read and write directory data"],
  ["Domain.Read.All", "dbb9058a-0e50-45d7-ae91-66909b5d4664", "Read domains"],
  ["GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6", "Read all group memberships"],
  ["Organization.Read.All", "498476ce-e0fe-48b0-b801-37ba7e2685c6", "Read organization information"],
  ["Policy.Read.All", "246dd0d5-5bd0-4def-940b-0421030a5b68", "Read your organization's policies"],
  [
    "Policy.ReadWrite.ApplicationConfiguration",
    "be74164b-cff1-491c-8741-e671cb536e13",
    "Read and write your organization's application configuration policies",
  ],
  ["Reports.Read.All", "230c1aed-a721-4c5d-9cb4-a90514e508ef", "Read all usage reports"],
  ["RoleManagement.Read.Directory", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "Read all directory RBAC settings"],
  [
    "RoleManagement.ReadWrite.Directory",
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
    "Read and write all directory RBAC settings",
  ],
  ["User.Read.All", "df021288-bdef-4463-88db-98f22de89214", "Read all users' full profiles"],
  ["User.ReadBasic.All", "97235f07-e226-4f63-ace3-39588e11d3a1", "Read all users' basic profiles"],
  ["User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca", "Read and write all users' full profiles"],
  ["PartnerSecurity.Read.All", "21ffa320-2e7f-47d3-a466-7ff04d2dd68d", "Read all partner security alerts"],
  ["PartnerBilling.Read.All", "7c3e1994-38ff-4412-a99b-9369f6bb7706", "Read partner billing data"],
];

/** Delegated permissions of Microsoft Graph (`oauth2PermissionScopes`); true: only an administrator can consent. */
const scopes: readonly (readonly [...Row, needsAdministrator: boolean])[] = [
  ["openid", "37f7f235-527c-4136-accd-4a02d197296e", "Sign users in", false],
  ["profile", "14dad69e-099b-42c9-810b-d002981feec1", "View users' basic profile", false],
  ["email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "View users' email address", false],
  [
    "offline_access",
    "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    "Maintain access to data you have given it access to",
    false,
  ],
  ["User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "Sign in and read user profile", false],
  ["User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "Read all users' basic profiles", false],
  ["User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "Read all users' full profiles", true],
  ["Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb", "Read applications", true],
  ["Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5", "Read and write all applications", true],
  [
    "AppRoleAssignment.ReadWrite.All",
    "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
    "Manage app permission grants and app role assignments",
    true,
  ],
  [
    "DelegatedPermissionGrant.ReadWrite.All",
    "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
    "Manage all delegated permission grants",
    true,
  ],
  ["Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "Read directory data", true],
  ["Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84", "Read and write directory data", true],
  [
    "Directory.AccessAsUser.All",
    "0e263e50-5827-48a4-b97c-d940288653c7",
    "Access directory as the signed in user",
    true,
  ],
  ["Policy.Read.All", "572fea84-0151-49b2-9301-11cb16974376", "Read your organization's policies", true],
  [
    "RoleManagement.ReadWrite.Directory",
    "d01b97e9-cbc0-49fe-810a-750afd5527a3",
    "Read and write directory RBAC settings",
    true,
  ],
  ["PartnerSecurity.Read.All", "5567b981-0bf1-4796-9038-0648b46e116d", "Read partner security alerts", true],
  ["PartnerBilling.Read.All", "8804798e-5934-4e30-8ce3-ef88257cecd4", "Read partner billing data", true],
];

/**
 * What the project's catalog knows beyond these lists, so that every permission a stack may ask for can be granted here too. Where both know a
 * permission, the lists above decide: they were written apart from the catalog, and a test compares the two.
 */
function fromCatalog(kind: PermissionKind, known: readonly (readonly [string, ...unknown[]])[]) {
  return microsoftGraph.permissions
    .filter((permission) => permission.kind === kind && !known.some(([value]) => value === permission.name))
    .map(({ name, id, lets, adminConsent }) => [name, id, lets, adminConsent] as const);
}

/** `appRoles` of Microsoft Graph's service principal. */
export const graphAppRoles: readonly JsonObject[] = [...roles, ...fromCatalog("application", roles)].map(
  ([value, id, displayName]) => ({
    allowedMemberTypes: ["Application"],
    description: displayName,
    displayName,
    id,
    isEnabled: true,
    origin: "Application",
    value,
  }),
);

/** `oauth2PermissionScopes` of Microsoft Graph's service principal. */
export const graphScopes: readonly JsonObject[] = [...scopes, ...fromCatalog("delegated", scopes)].map(
  ([value, id, displayName, needsAdministrator]) => ({
    adminConsentDescription: displayName,
    adminConsentDisplayName: displayName,
    id,
    isEnabled: true,
    type: needsAdministrator ? "Admin" : "User",
    userConsentDescription: displayName,
    userConsentDisplayName: displayName,
    value,
  }),
);

/** Id of a Graph application permission; an unknown name is a mistake in the seed. */
export function graphRoleId(value: string): string {
  const row = roles.find(([name]) => name === value);
  if (row === undefined) throw new Error(`graph-permissions.ts has no application permission "${value}"`);
  return row[1];
}
