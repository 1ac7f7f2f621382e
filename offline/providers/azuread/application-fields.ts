import {
  aBoolean,
  aNumber,
  aText,
  chosen,
  computed,
  type Fields,
  listOf,
  objectOf,
  optional,
  required,
  setOf,
  textMap,
  textSet,
} from "../plugin/schema";
import { emptyTextProblem, uuidProblem, webRedirectProblem } from "./validation";

const requestedPermission = objectOf({
  id: required(aText, { problem: uuidProblem }),
  type: required(aText, { oneOf: ["Role", "Scope"] }),
});

const requestedApi = objectOf({
  resourceAccesses: required(listOf(requestedPermission)),
  resourceAppId: required(aText),
});

const implicitGrant = objectOf({
  accessTokenIssuanceEnabled: optional(aBoolean),
  idTokenIssuanceEnabled: optional(aBoolean),
});

const web = objectOf({
  homepageUrl: optional(aText),
  implicitGrant: optional(implicitGrant),
  logoutUrl: optional(aText),
  redirectUris: optional(textSet, { problem: webRedirectProblem }),
});

const redirectsOnly = objectOf({ redirectUris: optional(textSet) });

const api = objectOf({
  knownClientApplications: optional(textSet, { problem: uuidProblem }),
  mappedClaimsEnabled: optional(aBoolean),
  requestedAccessTokenVersion: optional(aNumber, { default: 1 }),
});

const audiences = [
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
  "PersonalMicrosoftAccount",
];
const groupClaims = ["All", "None", "ApplicationGroup", "DirectoryRole", "SecurityGroup"];

/**
 * The properties of `azuread.Application` that the stand-in knows. Left out on purpose, so that using them is an error and not a silent
 * difference: app roles, permission scopes of its own, optional claims, the logo, the template, feature tags and the built-in password.
 */
export const applicationFields: Fields = {
  api: optional(api),
  appRoleIds: computed(textMap),
  clientId: computed(aText),
  description: optional(aText),
  deviceOnlyAuthEnabled: optional(aBoolean),
  disabledByMicrosoft: computed(aText),
  displayName: required(aText, { problem: emptyTextProblem }),
  fallbackPublicClientEnabled: optional(aBoolean),
  groupMembershipClaims: optional(textSet, { oneOf: groupClaims }),
  identifierUris: optional(textSet),
  logoUrl: computed(aText),
  marketingUrl: optional(aText),
  notes: optional(aText),
  oauth2PermissionScopeIds: computed(textMap),
  oauth2PostResponseRequired: optional(aBoolean),
  objectId: computed(aText),
  owners: optional(textSet, { problem: uuidProblem }),
  preventDuplicateNames: optional(aBoolean),
  privacyStatementUrl: optional(aText),
  publicClient: optional(redirectsOnly),
  publisherDomain: computed(aText),
  requiredResourceAccesses: optional(setOf(requestedApi)),
  serviceManagementReference: optional(aText),
  signInAudience: optional(aText, { default: "AzureADMyOrg", oneOf: audiences }),
  singlePageApplication: optional(redirectsOnly),
  supportUrl: optional(aText),
  tags: chosen(textSet),
  termsOfServiceUrl: optional(aText),
  web: optional(web),
};
