import type { Application, JsonObject, ServicePrincipal } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { isObject, textsOf } from "./merge";
import type { EntityShape } from "./odata-shape";
import { renderPassword } from "./password-credential";

/** A service principal's default properties. */
export const principalDefaults: JsonObject = {
  addIns: [],
  alternativeNames: [],
  appDescription: null,
  appDisplayName: null,
  appOwnerOrganizationId: null,
  appRoles: [],
  applicationTemplateId: null,
  description: null,
  disabledByMicrosoftStatus: null,
  displayName: null,
  homepage: null,
  info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
  keyCredentials: [],
  loginUrl: null,
  logoutUrl: null,
  notes: null,
  notificationEmailAddresses: [],
  oauth2PermissionScopes: [],
  passwordCredentials: [],
  preferredSingleSignOnMode: null,
  preferredTokenSigningKeyThumbprint: null,
  replyUrls: [],
  resourceSpecificApplicationPermissions: [],
  samlSingleSignOnSettings: null,
  servicePrincipalNames: [],
  servicePrincipalType: "Application",
  signInAudience: null,
  tags: [],
  tokenEncryptionKeyId: null,
  verifiedPublisher: { addedDateTime: null, displayName: null, verifiedPublisherId: null },
};

/** Properties that a principal takes from its application, and that follow the application's changes. */
export function propertiesFromApplication(application: Application, tenant: Tenant): JsonObject {
  const { properties } = application;
  const web = isObject(properties["web"]) ? properties["web"] : {};
  const api = isObject(properties["api"]) ? properties["api"] : {};
  const redirects = ["web", "spa", "publicClient"].flatMap((name) => {
    const platform = properties[name];
    return isObject(platform) ? textsOf(platform["redirectUris"]) : [];
  });
  return {
    appDescription: properties["description"] ?? null,
    appDisplayName: properties["displayName"] ?? null,
    appOwnerOrganizationId: tenant.id,
    appRoles: properties["appRoles"] ?? [],
    displayName: properties["displayName"] ?? null,
    homepage: web["homePageUrl"] ?? null,
    info: properties["info"] ?? null,
    logoutUrl: web["logoutUrl"] ?? null,
    oauth2PermissionScopes: api["oauth2PermissionScopes"] ?? [],
    replyUrls: redirects,
    servicePrincipalNames: [application.appId, ...textsOf(properties["identifierUris"])],
    signInAudience: properties["signInAudience"] ?? null,
  };
}

/** A service principal as Graph returns it. */
export function renderPrincipal(principal: ServicePrincipal, deletedDateTime: string | null = null): JsonObject {
  return {
    id: principal.id,
    deletedDateTime,
    appId: principal.appId,
    createdDateTime: principal.createdDateTime,
    ...principalDefaults,
    ...principal.properties,
    passwordCredentials: (principal.passwordCredentials ?? []).map(renderPassword),
    accountEnabled: principal.accountEnabled,
    appRoleAssignmentRequired: principal.appRoleAssignmentRequired,
  };
}

const properties = [
  "id",
  "deletedDateTime",
  "accountEnabled",
  "appId",
  "appRoleAssignmentRequired",
  "createdDateTime",
  ...Object.keys(principalDefaults),
];

/** Service principals under /v1.0. */
export const principalShape: EntityShape = {
  resource: "ServicePrincipal",
  properties,
  filterable: [
    "id",
    "accountEnabled",
    "alternativeNames",
    "appId",
    "appOwnerOrganizationId",
    "appRoleAssignmentRequired",
    "createdDateTime",
    "displayName",
    "homepage",
    "servicePrincipalNames",
    "servicePrincipalType",
    "tags",
  ],
  sortable: ["createdDateTime", "deletedDateTime", "displayName"],
  searchable: ["displayName", "description"],
};

/** Service principals under /beta, where azuread reads the SAML metadata address. */
export const betaPrincipalShape: EntityShape = { ...principalShape, properties: [...properties, "samlMetadataUrl"] };
