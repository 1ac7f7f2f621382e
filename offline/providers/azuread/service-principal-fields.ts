import {
  aBoolean,
  aText,
  chosen,
  computed,
  type Fields,
  listOf,
  objectOf,
  optional,
  required,
  textMap,
  textSet,
} from "../plugin/schema";
import { uuidProblem } from "./validation";

const appRole = objectOf({
  allowedMemberTypes: computed(listOf(aText)),
  description: computed(aText),
  displayName: computed(aText),
  enabled: computed(aBoolean),
  id: computed(aText),
  value: computed(aText),
});

const permissionScope = objectOf({
  adminConsentDescription: computed(aText),
  adminConsentDisplayName: computed(aText),
  enabled: computed(aBoolean),
  id: computed(aText),
  type: computed(aText),
  userConsentDescription: computed(aText),
  userConsentDisplayName: computed(aText),
  value: computed(aText),
});

const featureTag = objectOf({
  customSingleSignOn: computed(aBoolean),
  enterprise: computed(aBoolean),
  gallery: computed(aBoolean),
  hide: computed(aBoolean),
});

/** What a lookup of a principal and the resource both tell. */
export const servicePrincipalFacts: Fields = {
  accountEnabled: computed(aBoolean),
  alternativeNames: computed(textSet),
  appRoleAssignmentRequired: computed(aBoolean),
  appRoleIds: computed(textMap),
  appRoles: computed(listOf(appRole)),
  applicationTenantId: computed(aText),
  clientId: computed(aText),
  description: computed(aText),
  displayName: computed(aText),
  featureTags: computed(listOf(featureTag)),
  homepageUrl: computed(aText),
  loginUrl: computed(aText),
  logoutUrl: computed(aText),
  notes: computed(aText),
  notificationEmailAddresses: computed(textSet),
  oauth2PermissionScopeIds: computed(textMap),
  oauth2PermissionScopes: computed(listOf(permissionScope)),
  objectId: computed(aText),
  preferredSingleSignOnMode: computed(aText),
  redirectUris: computed(listOf(aText)),
  samlMetadataUrl: computed(aText),
  servicePrincipalNames: computed(listOf(aText)),
  signInAudience: computed(aText),
  tags: computed(textSet),
  type: computed(aText),
};

const signOnModes = ["oidc", "password", "saml", "notSupported"];

/** The properties of `azuread.ServicePrincipal` that the stand-in knows; SAML settings and feature blocks are not among its inputs. */
export const servicePrincipalFields: Fields = {
  ...servicePrincipalFacts,
  accountEnabled: optional(aBoolean, { default: true }),
  alternativeNames: optional(textSet),
  appRoleAssignmentRequired: optional(aBoolean),
  clientId: required(aText, { replaces: true, problem: uuidProblem }),
  description: optional(aText),
  loginUrl: optional(aText),
  notes: optional(aText),
  notificationEmailAddresses: optional(textSet),
  owners: optional(textSet, { problem: uuidProblem }),
  preferredSingleSignOnMode: optional(aText, { oneOf: signOnModes }),
  tags: chosen(textSet),
  useExisting: optional(aBoolean),
};
