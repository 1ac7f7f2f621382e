import type { FoundAssignment, FoundGrant } from "../../../clients/graph/inventory";
import type { GraphPrincipal } from "../../../clients/graph/reading";
import type { RoleAssignment } from "../../../clients/resource-manager/role-assignments";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { entryResourceId, vaultResourceId } from "../../../model/azure-ids";
import { type AzureRole, azureRoles } from "../../../model/azure-roles";
import type { Missing } from "./rebuild";

/** What the tenant and the vault hold, read before anything is imported. */
export interface Inventory {
  /** Undefined where the application, or its principal, is not to be taken over. */
  readonly applicationObjectId: string | undefined;
  readonly principalObjectId: string | undefined;
  /** Service principals of the APIs, by client id. */
  readonly apis: ReadonlyMap<string, GraphPrincipal>;
  readonly grants: readonly FoundGrant[];
  readonly assignmentsOf: readonly FoundAssignment[];
  readonly assignmentsTo: readonly FoundAssignment[];
  readonly reportingUserObjectId: string | undefined;
  /** Names of the vault's entries. */
  readonly entries: readonly string[];
  readonly vaultExists: boolean;
  /** On the vault and on each of its entries of ours. */
  readonly roleAssignments: readonly RoleAssignment[];
}

const suffixes = ["client-id", "client-secret", "refresh-token"] as const;

/** The id under which a declared resource lives; undefined when it does not. */
export function livingId(
  { type, name }: Missing,
  inventory: Inventory,
  configuration: StackConfiguration,
): string | undefined {
  const find = finders[type];
  return find?.(name, inventory, configuration);
}

/** Resource id of the vault, as Azure writes it. */
export function vaultId({ vault }: StackConfiguration): string {
  return vaultResourceId(vault);
}

/** Resource id of one of our entries. */
export function entryId({ vault }: StackConfiguration, suffix: string): string {
  return entryResourceId(vault, `${vault.prefix}${suffix}`);
}

type Finder = (name: string, inventory: Inventory, configuration: StackConfiguration) => string | undefined;

/** By type token; the names are those of the components. */
const finders: Readonly<Record<string, Finder>> = {
  "azuread:index/application:Application": (_name, { applicationObjectId }) =>
    applicationObjectId && `/applications/${applicationObjectId}`,
  "azuread:index/servicePrincipal:ServicePrincipal": findPrincipal,
  "azuread:index/appRoleAssignment:AppRoleAssignment": findAssignment,
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant": findGrant,
  "azure-native:keyvault:Vault": (_name, { vaultExists }, configuration) =>
    vaultExists ? vaultId(configuration) : undefined,
  "azure-native:keyvault:Secret": findEntry,
  "azure-native:authorization:RoleAssignment": findRoleAssignment,
};

function findPrincipal(name: string, { principalObjectId, apis }: Inventory): string | undefined {
  const api = /-api-(.+)$/.exec(name)?.[1];
  const objectId = api === undefined ? principalObjectId : apis.get(api)?.objectId;
  return objectId && `/servicePrincipals/${objectId}`;
}

function findAssignment(name: string, inventory: Inventory): string | undefined {
  const role = /-application-(.+)$/.exec(name)?.[1];
  const found =
    role === undefined
      ? inventory.assignmentsTo.find((it) => it.principalObjectId === inventory.reportingUserObjectId)
      : inventory.assignmentsOf.find((it) => it.appRoleId === role);
  return found && `/servicePrincipals/${found.resourceObjectId}/appRoleAssignedTo/${found.id}`;
}

function findGrant(name: string, inventory: Inventory, { consent }: StackConfiguration): string | undefined {
  const api = inventory.apis.get(/-delegated-(.+)$/.exec(name)?.[1] ?? "")?.objectId;
  const user = consent.kind === "user" ? inventory.reportingUserObjectId : undefined;
  const found = inventory.grants.find((it) => it.apiObjectId === api && it.userObjectId === user);
  return found && `/oauth2PermissionGrants/${found.id}`;
}

function findEntry(name: string, { entries }: Inventory, configuration: StackConfiguration): string | undefined {
  const suffix = suffixes.find((it) => name.endsWith(`-${it}`));
  const isThere = suffix !== undefined && entries.includes(`${configuration.vault.prefix}${suffix}`);
  return isThere ? entryId(configuration, suffix) : undefined;
}

function findRoleAssignment(
  name: string,
  { roleAssignments }: Inventory,
  configuration: StackConfiguration,
): string | undefined {
  const [, suffix = "", readerName] = /-(client-id|client-secret|refresh-token)-reader-(.+)$/.exec(name) ?? [];
  const { readers, refreshTokenReaders } = configuration.vault;
  const reader = [...readers, ...refreshTokenReaders].find((it) => it.name === readerName);
  const isIt =
    reader === undefined
      ? isOn(vaultId(configuration), azureRoles.secretsOfficer)
      : (it: RoleAssignment) =>
          isOn(entryId(configuration, suffix), azureRoles.secretsUser)(it) && it.principalObjectId === reader.id;
  return roleAssignments.find(isIt)?.id;
}

function isOn(scope: string, role: AzureRole): (assignment: RoleAssignment) => boolean {
  return (it) => it.scope.toLowerCase() === scope.toLowerCase() && it.roleId === role.id;
}
