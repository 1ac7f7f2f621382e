import type { AzureNativeContext } from "./azure-native/context";
import * as azureNativeCalls from "./azure-native/functions";
import { roleAssignment } from "./azure-native/role-assignment";
import { secret } from "./azure-native/secret";
import { vault } from "./azure-native/vault";
import { appRoleAssignment } from "./azuread/app-role-assignment";
import { application } from "./azuread/application";
import { applicationPassword } from "./azuread/application-password";
import type { AzureadContext } from "./azuread/context";
import { delegatedPermissionGrant } from "./azuread/delegated-permission-grant";
import { getClientConfig } from "./azuread/get-client-config";
import { getServicePrincipal } from "./azuread/get-service-principal";
import { getServicePrincipals } from "./azuread/get-service-principals";
import { getUser } from "./azuread/get-user";
import { servicePrincipal } from "./azuread/service-principal";
import type { FunctionType, ResourceType } from "./plugin/resource-type";

/** Resource types of azuread that have a stand-in, by token. */
export const azureadResources: ReadonlyMap<string, ResourceType<AzureadContext>> = byToken([
  application,
  applicationPassword,
  servicePrincipal,
  delegatedPermissionGrant,
  appRoleAssignment,
]);

/** Resource types of azure-native that have a stand-in, by token. */
export const azureNativeResources: ReadonlyMap<string, ResourceType<AzureNativeContext>> = byToken([
  vault,
  secret,
  roleAssignment,
]);

export const azureadFunctions: ReadonlyMap<string, FunctionType<AzureadContext>> = byToken([
  getClientConfig,
  getServicePrincipal,
  getServicePrincipals,
  getUser,
]);

export const azureNativeFunctions: ReadonlyMap<string, FunctionType<AzureNativeContext>> = byToken([
  azureNativeCalls.getClientConfig,
  azureNativeCalls.getVault,
  azureNativeCalls.getSecret,
]);

function byToken<T extends { readonly token: string }>(types: readonly T[]): ReadonlyMap<string, T> {
  return new Map(types.map((type) => [type.token, type]));
}
