import type { Properties } from "../plugin/value";
import type { JsonObject } from "./graph-client";
import { booleanOf, idsByValue, objectOf, objectsOf, textOf, textsOf } from "./graph-object";
import { requestedApisInSetOrder, textsInSetOrder } from "./set-order";

/** The outputs of an application from what Graph answered, sets in the provider's order. */
export function applicationOutputs(
  application: JsonObject,
  beta: JsonObject,
  owners: readonly string[],
  kept: Properties,
): Properties {
  const info = objectOf(application, "info");
  const api = objectOf(application, "api");
  const claims = textOf(application, "groupMembershipClaims");
  const redirects = (name: string) => ({
    redirectUris: textsInSetOrder(textsOf(objectOf(application, name), "redirectUris")),
  });
  return {
    api: apiOutputs(api),
    appRoleIds: idsByValue(objectsOf(application, "appRoles")),
    clientId: textOf(application, "appId"),
    description: textOf(application, "description"),
    deviceOnlyAuthEnabled: booleanOf(application, "isDeviceOnlyAuthSupported"),
    disabledByMicrosoft: textOf(application, "disabledByMicrosoftStatus"),
    displayName: textOf(application, "displayName"),
    fallbackPublicClientEnabled: booleanOf(application, "isFallbackPublicClient"),
    groupMembershipClaims: textsInSetOrder(claims === "" ? [] : claims.split(",")),
    identifierUris: textsInSetOrder(textsOf(application, "identifierUris")),
    logoUrl: textOf(info, "logoUrl"),
    marketingUrl: textOf(info, "marketingUrl"),
    notes: textOf(application, "notes"),
    oauth2PermissionScopeIds: idsByValue(objectsOf(api, "oauth2PermissionScopes")),
    oauth2PostResponseRequired: booleanOf(beta, "oauth2RequirePostResponse"),
    objectId: textOf(application, "id"),
    owners: textsInSetOrder(owners),
    // Not a property of the directory: a switch of the provider's, remembered.
    preventDuplicateNames: kept["preventDuplicateNames"] === true,
    privacyStatementUrl: textOf(info, "privacyStatementUrl"),
    publicClient: redirects("publicClient"),
    publisherDomain: textOf(application, "publisherDomain"),
    requiredResourceAccesses: requestedOutputs(application),
    serviceManagementReference: textOf(application, "serviceManagementReference"),
    signInAudience: textOf(application, "signInAudience"),
    singlePageApplication: redirects("spa"),
    supportUrl: textOf(info, "supportUrl"),
    tags: textsInSetOrder(textsOf(application, "tags")),
    termsOfServiceUrl: textOf(info, "termsOfServiceUrl"),
    web: webOutputs(objectOf(application, "web")),
  };
}

function apiOutputs(api: JsonObject | undefined): Properties {
  const version = api?.["requestedAccessTokenVersion"];
  return {
    knownClientApplications: textsInSetOrder(textsOf(api, "knownClientApplications")),
    mappedClaimsEnabled: booleanOf(api, "acceptMappedClaims"),
    requestedAccessTokenVersion: typeof version === "number" ? version : 1,
  };
}

function requestedOutputs(application: JsonObject): Properties[] {
  const apis = objectsOf(application, "requiredResourceAccess").map((api) => ({
    resourceAppId: textOf(api, "resourceAppId"),
    resourceAccess: objectsOf(api, "resourceAccess").map((entry) => ({
      id: textOf(entry, "id"),
      type: textOf(entry, "type"),
    })),
  }));
  return requestedApisInSetOrder(apis).map((api) => ({
    resourceAccesses: [...api.resourceAccess],
    resourceAppId: api.resourceAppId,
  }));
}

function webOutputs(web: JsonObject | undefined): Properties {
  const implicitGrant = objectOf(web, "implicitGrantSettings");
  return {
    homepageUrl: textOf(web, "homePageUrl"),
    implicitGrant: {
      accessTokenIssuanceEnabled: booleanOf(implicitGrant, "enableAccessTokenIssuance"),
      idTokenIssuanceEnabled: booleanOf(implicitGrant, "enableIdTokenIssuance"),
    },
    logoutUrl: textOf(web, "logoutUrl"),
    redirectUris: textsInSetOrder(textsOf(web, "redirectUris")),
  };
}
