import {
  isList,
  isProperties,
  nested,
  optionalBoolean,
  optionalText,
  type Properties,
  text,
  texts,
} from "../plugin/value";
import type { JsonObject } from "./graph-client";
import { type RequestedApi, requestedApisInSetOrder, textsInSetOrder } from "./set-order";

const type = { "@odata.type": "#microsoft.graph.application" };

/** A PATCH that changes some properties and nothing else. */
export function partialApplication(properties: JsonObject): JsonObject {
  return { ...type, ...properties };
}

/** What a creation sends. Cleared texts are explicit nulls, as the real plugin sends them. */
export function applicationToCreate(inputs: Properties, owners: readonly string[]): JsonObject {
  return {
    ...always(inputs),
    api: { ...apiSettings(inputs), acceptMappedClaims: false, oauth2PermissionScopes: [] },
    appRoles: [],
    identifierUris: textsInSetOrder(texts(inputs, "identifierUris")),
    optionalClaims: {},
    "owners@odata.bind": owners,
    requiredResourceAccess: requestedAccess(inputs),
  };
}

/** What an update sends: most properties always, some only when they changed. */
export function applicationToUpdate(inputs: Properties, changed: ReadonlySet<string>): JsonObject {
  return {
    ...always(inputs),
    api: apiSettings(inputs),
    ...(changed.has("identifierUris") && { identifierUris: textsInSetOrder(texts(inputs, "identifierUris")) }),
    ...(changed.has("requiredResourceAccesses") && { requiredResourceAccess: requestedAccess(inputs) }),
  };
}

function always(inputs: Properties): JsonObject {
  const orNull = (name: string, from: Properties | undefined = inputs) => optionalText(from, name) ?? null;
  const redirects = (name: string) => ({ redirectUris: textsInSetOrder(texts(nested(inputs, name), "redirectUris")) });
  const web = nested(inputs, "web");
  const implicitGrant = nested(web, "implicitGrant");
  const claims = textsInSetOrder(texts(inputs, "groupMembershipClaims"));
  return {
    ...type,
    description: orNull("description"),
    displayName: text(inputs, "displayName"),
    groupMembershipClaims: claims.length === 0 ? null : claims.join(","),
    info: {
      marketingUrl: orNull("marketingUrl"),
      privacyStatementUrl: orNull("privacyStatementUrl"),
      supportUrl: orNull("supportUrl"),
      termsOfServiceUrl: orNull("termsOfServiceUrl"),
    },
    isDeviceOnlyAuthSupported: optionalBoolean(inputs, "deviceOnlyAuthEnabled") ?? false,
    isFallbackPublicClient: optionalBoolean(inputs, "fallbackPublicClientEnabled") ?? false,
    notes: orNull("notes"),
    publicClient: redirects("publicClient"),
    serviceManagementReference: orNull("serviceManagementReference"),
    signInAudience: text(inputs, "signInAudience"),
    spa: redirects("singlePageApplication"),
    tags: textsInSetOrder(texts(inputs, "tags")),
    web: {
      homePageUrl: orNull("homepageUrl", web),
      implicitGrantSettings: {
        enableAccessTokenIssuance: optionalBoolean(implicitGrant, "accessTokenIssuanceEnabled") ?? false,
        enableIdTokenIssuance: optionalBoolean(implicitGrant, "idTokenIssuanceEnabled") ?? false,
      },
      logoutUrl: orNull("logoutUrl", web),
      ...redirects("web"),
    },
  };
}

function apiSettings(inputs: Properties): JsonObject {
  const api = nested(inputs, "api");
  const version = api?.["requestedAccessTokenVersion"];
  return {
    acceptMappedClaims: optionalBoolean(api, "mappedClaimsEnabled") ?? false,
    knownClientApplications: textsInSetOrder(texts(api, "knownClientApplications")),
    requestedAccessTokenVersion: typeof version === "number" ? version : 1,
  };
}

function requestedAccess(inputs: Properties): JsonObject[] {
  const given = inputs["requiredResourceAccesses"];
  const apis = (isList(given) ? given : []).filter(isProperties).map((api): RequestedApi => {
    const permissions = api["resourceAccesses"];
    return {
      resourceAppId: text(api, "resourceAppId"),
      resourceAccess: (isList(permissions) ? permissions : [])
        .filter(isProperties)
        .map((permission) => ({ id: text(permission, "id"), type: text(permission, "type") })),
    };
  });
  return requestedApisInSetOrder(apis).map((api) => ({
    ...api,
    resourceAccess: api.resourceAccess.map((entry) => ({ ...entry })),
  }));
}
