import { types } from "./resource-types";

/** Properties of a resource by what a manifest makes of them. What is in neither list may grant anything. */
export interface KnownSettings {
  /** They affect grants, and are part of the manifest. */
  readonly read: readonly string[];
  /** They grant nothing. */
  readonly harmless: readonly string[];
}

export const applicationSettings: KnownSettings = {
  read: [
    "displayName",
    "signInAudience",
    "owners",
    "web",
    "singlePageApplication",
    "publicClient",
    "fallbackPublicClientEnabled",
    "requiredResourceAccesses",
  ],
  harmless: [
    "description",
    "deviceOnlyAuthEnabled",
    "featureTags",
    "logoImage",
    "marketingUrl",
    "notes",
    "oauth2PostResponseRequired",
    "preventDuplicateNames",
    "privacyStatementUrl",
    "serviceManagementReference",
    "supportUrl",
    "tags",
    "termsOfServiceUrl",
  ],
};
export const webSettings: KnownSettings = { read: ["redirectUris", "implicitGrant"], harmless: ["homepageUrl"] };
export const redirectSettings: KnownSettings = { read: ["redirectUris"], harmless: [] };
/** The provider's own default; anything else in it opens an API of the application. */
export const apiSettings: KnownSettings = { read: [], harmless: ["requestedAccessTokenVersion"] };

export const principalSettings: KnownSettings = {
  read: ["clientId", "accountEnabled", "appRoleAssignmentRequired", "owners"],
  harmless: ["description", "featureTags", "features", "notes", "notificationEmailAddresses", "tags"],
};

export const passwordSettings: KnownSettings = {
  read: ["applicationId", "displayName", "endDate", "rotateWhenChanged"],
  harmless: [],
};

export const vaultSettings: KnownSettings = {
  read: [
    "enableRbacAuthorization",
    "enableSoftDelete",
    "enablePurgeProtection",
    "softDeleteRetentionInDays",
    "publicNetworkAccess",
  ],
  harmless: ["tenantId", "sku", "createMode", "vaultUri", "provisioningState"],
};
export const entrySettings: KnownSettings = { read: [], harmless: ["attributes", "value", "contentType"] };

export const accessSettings: KnownSettings = {
  read: ["principalType", "condition"],
  harmless: ["roleAssignmentName", "description", "conditionVersion", "azureApiVersion"],
};

const vaultPlace = ["azureApiVersion", "resourceGroupName", "vaultName", "location", "tags"];
const entryPlace = ["azureApiVersion", "resourceGroupName", "vaultName", "secretName", "tags"];

/**
 * Every property that a resource of each type may have, by its path; a path without a list of its own may hold anything. A type that is not
 * listed here was not judged.
 */
export const declarable: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> = new Map([
  [
    types.application,
    new Map([
      ["", [...all(applicationSettings), "api"]],
      ["web", all(webSettings)],
      ["singlePageApplication", all(redirectSettings)],
      ["publicClient", all(redirectSettings)],
      ["api", all(apiSettings)],
    ]),
  ],
  [types.principal, new Map([["", all(principalSettings)]])],
  [
    types.delegatedGrant,
    new Map([["", ["claimValues", "servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"]]]),
  ],
  [types.roleAssignment, new Map([["", ["appRoleId", "principalObjectId", "resourceObjectId"]]])],
  [types.password, new Map([["", all(passwordSettings)]])],
  [
    types.vault,
    new Map([
      ["", [...vaultPlace, "properties"]],
      ["properties", all(vaultSettings)],
    ]),
  ],
  [
    types.entry,
    new Map([
      ["", [...entryPlace, "properties"]],
      ["properties", all(entrySettings)],
    ]),
  ],
  [types.azureRole, new Map([["", ["scope", "principalId", "roleDefinitionId", ...all(accessSettings)]]])],
  [types.memory, new Map([["", ["input"]]])],
]);

function all({ read, harmless }: KnownSettings): readonly string[] {
  return [...read, ...harmless];
}
