import type { Properties } from "../plugin/value";
import type { JsonObject } from "./graph-client";
import { booleanOf, idsByValue, objectsOf, textOf, textsOf } from "./graph-object";
import { textsInSetOrder } from "./set-order";

/** Tags that Entra's portal reads as settings, under the provider's names for them. */
const featureTags = {
  customSingleSignOn: "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
  enterprise: "WindowsAzureActiveDirectoryIntegratedApp",
  gallery: "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
  hide: "HideApp",
} as const;

/** What is told of a principal by the resource and by `getServicePrincipal`. */
export function principalFacts(principal: JsonObject, beta: JsonObject): Properties {
  const scopes = objectsOf(principal, "oauth2PermissionScopes");
  const roles = objectsOf(principal, "appRoles");
  const tags = textsOf(principal, "tags");
  const clientId = textOf(principal, "appId");
  return {
    accountEnabled: booleanOf(principal, "accountEnabled"),
    alternativeNames: textsInSetOrder(textsOf(principal, "alternativeNames")),
    appRoleAssignmentRequired: booleanOf(principal, "appRoleAssignmentRequired"),
    appRoleIds: idsByValue(roles),
    appRoles: roles.map(appRole),
    applicationTenantId: textOf(principal, "appOwnerOrganizationId"),
    clientId,
    description: textOf(principal, "description"),
    displayName: textOf(principal, "displayName"),
    featureTags: [Object.fromEntries(Object.entries(featureTags).map(([name, tag]) => [name, tags.includes(tag)]))],
    homepageUrl: textOf(principal, "homepage"),
    loginUrl: textOf(principal, "loginUrl"),
    logoutUrl: textOf(principal, "logoutUrl"),
    notes: textOf(principal, "notes"),
    notificationEmailAddresses: textsInSetOrder(textsOf(principal, "notificationEmailAddresses")),
    oauth2PermissionScopeIds: idsByValue(scopes),
    oauth2PermissionScopes: scopes.map(permissionScope),
    objectId: textOf(principal, "id"),
    preferredSingleSignOnMode: textOf(principal, "preferredSingleSignOnMode"),
    redirectUris: textsOf(principal, "replyUrls"),
    samlMetadataUrl: textOf(beta, "samlMetadataUrl"),
    // Entra lists the client id among the names; the provider leaves it out.
    servicePrincipalNames: textsOf(principal, "servicePrincipalNames").filter((name) => name !== clientId),
    signInAudience: textOf(principal, "signInAudience"),
    tags: textsInSetOrder(tags),
    type: textOf(principal, "servicePrincipalType"),
  };
}

function appRole(role: JsonObject): Properties {
  return {
    allowedMemberTypes: textsOf(role, "allowedMemberTypes"),
    description: textOf(role, "description"),
    displayName: textOf(role, "displayName"),
    enabled: booleanOf(role, "isEnabled"),
    id: textOf(role, "id"),
    value: textOf(role, "value"),
  };
}

function permissionScope(scope: JsonObject): Properties {
  return {
    adminConsentDescription: textOf(scope, "adminConsentDescription"),
    adminConsentDisplayName: textOf(scope, "adminConsentDisplayName"),
    enabled: booleanOf(scope, "isEnabled"),
    id: textOf(scope, "id"),
    type: textOf(scope, "type"),
    userConsentDescription: textOf(scope, "userConsentDescription"),
    userConsentDisplayName: textOf(scope, "userConsentDisplayName"),
    value: textOf(scope, "value"),
  };
}
