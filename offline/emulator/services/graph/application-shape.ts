import type { Application, JsonObject } from "../../world/directory";
import type { EntityShape } from "./odata-shape";
import { renderPassword } from "./password-credential";

const noInfo = {
  logoUrl: null,
  marketingUrl: null,
  privacyStatementUrl: null,
  supportUrl: null,
  termsOfServiceUrl: null,
};

/** An application's default properties, as Graph returns them. */
export function applicationDefaults(domain: string): JsonObject {
  return {
    addIns: [],
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
      requestedAccessTokenVersion: null,
    },
    appRoles: [],
    applicationTemplateId: null,
    certification: null,
    defaultRedirectUri: null,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: null,
    groupMembershipClaims: null,
    identifierUris: [],
    info: noInfo,
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    nativeAuthenticationApisEnabled: null,
    notes: null,
    oauth2RequirePostResponse: false,
    optionalClaims: null,
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
    publicClient: { redirectUris: [] },
    publisherDomain: domain,
    requestSignatureVerification: null,
    requiredResourceAccess: [],
    samlMetadataUrl: null,
    serviceManagementReference: null,
    servicePrincipalLockConfiguration: null,
    signInAudience: "AzureADMyOrg",
    spa: { redirectUris: [] },
    tags: [],
    tokenEncryptionKeyId: null,
    uniqueName: null,
    verifiedPublisher: { addedDateTime: null, displayName: null, verifiedPublisherId: null },
    web: {
      homePageUrl: null,
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      logoutUrl: null,
      redirectUriSettings: [],
      redirectUris: [],
    },
  };
}

/** An application as Graph returns it. Secret texts are not stored, and keys are never returned. */
export function renderApplication(
  application: Application,
  domain: string,
  deletedDateTime: string | null = null,
): JsonObject {
  return {
    id: application.id,
    appId: application.appId,
    createdDateTime: application.createdDateTime,
    deletedDateTime,
    ...applicationDefaults(domain),
    ...application.properties,
    keyCredentials: application.keyCredentials.map((credential) => ({ ...credential, key: null })),
    passwordCredentials: application.passwordCredentials.map(renderPassword),
  };
}

const betaOnly = ["oauth2RequirePostResponse"];
const properties = [
  "id",
  "deletedDateTime",
  "appId",
  "createdDateTime",
  ...Object.keys(applicationDefaults("")).filter((name) => !betaOnly.includes(name)),
  "keyCredentials",
  "passwordCredentials",
];

/** Applications under /v1.0. */
export const applicationShape: EntityShape = {
  resource: "Application",
  properties,
  filterable: [
    "id",
    "appId",
    "createdDateTime",
    "displayName",
    "identifierUris",
    "publisherDomain",
    "serviceManagementReference",
    "signInAudience",
    "tags",
    "uniqueName",
  ],
  sortable: ["createdDateTime", "deletedDateTime", "displayName"],
  searchable: ["displayName", "description"],
};

/** Applications under /beta. */
export const betaApplicationShape: EntityShape = { ...applicationShape, properties: [...properties, ...betaOnly] };
