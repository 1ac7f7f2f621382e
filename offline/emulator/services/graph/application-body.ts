import { z } from "zod";
import { complex, entity, flag, guid, text, texts } from "./fields";

const optionalClaim = complex({
  name: z.string(),
  source: text,
  essential: flag,
  additionalProperties: texts,
});
const claims = z.array(optionalClaim).nullable().optional();

const permissionScope = complex({
  id: guid,
  value: text,
  type: z.enum(["User", "Admin"]).optional(),
  isEnabled: z.boolean().optional(),
  adminConsentDescription: text,
  adminConsentDisplayName: text,
  userConsentDescription: text,
  userConsentDisplayName: text,
  origin: text,
});

const appRole = complex({
  id: guid,
  value: text,
  displayName: text,
  description: text,
  isEnabled: z.boolean().optional(),
  allowedMemberTypes: z.array(z.enum(["User", "Application"])).optional(),
  origin: text,
});

const requiredResource = complex({
  resourceAppId: z.string(),
  resourceAccess: z.array(complex({ id: guid, type: z.enum(["Scope", "Role"]) })),
});

const keyCredential = complex({
  customKeyIdentifier: text,
  displayName: text,
  endDateTime: text,
  key: text,
  keyId: guid.nullable().optional(),
  startDateTime: text,
  type: text,
  usage: text,
});

const redirects = complex({ redirectUris: texts }).nullable().optional();

const web = complex({
  homePageUrl: text,
  logoutUrl: text,
  redirectUris: texts,
  implicitGrantSettings: complex({ enableAccessTokenIssuance: flag, enableIdTokenIssuance: flag })
    .nullable()
    .optional(),
  redirectUriSettings: z
    .array(complex({ uri: z.string(), index: z.number().nullable().optional() }))
    .nullable()
    .optional(),
});

const api = complex({
  acceptMappedClaims: flag,
  knownClientApplications: z.array(guid).nullable().optional(),
  oauth2PermissionScopes: z.array(permissionScope).nullable().optional(),
  preAuthorizedApplications: z
    .array(complex({ appId: z.string(), delegatedPermissionIds: z.array(guid) }))
    .nullable()
    .optional(),
  requestedAccessTokenVersion: z
    .union([z.literal(1), z.literal(2)])
    .nullable()
    .optional(),
});

const lockConfiguration = complex({
  isEnabled: flag,
  allProperties: flag,
  credentialsWithUsageSign: flag,
  credentialsWithUsageVerify: flag,
  identifierUris: flag,
  tokenEncryptionKeyId: flag,
});

const shape = {
  api: api.nullable().optional(),
  appRoles: z.array(appRole).nullable().optional(),
  defaultRedirectUri: text,
  description: text,
  displayName: text,
  groupMembershipClaims: text,
  identifierUris: texts,
  info: complex({
    logoUrl: text,
    marketingUrl: text,
    privacyStatementUrl: text,
    supportUrl: text,
    termsOfServiceUrl: text,
  })
    .nullable()
    .optional(),
  isDeviceOnlyAuthSupported: flag,
  isFallbackPublicClient: flag,
  keyCredentials: z.array(keyCredential).nullable().optional(),
  nativeAuthenticationApisEnabled: text,
  notes: text,
  optionalClaims: complex({ accessToken: claims, idToken: claims, saml2Token: claims }).nullable().optional(),
  parentalControlSettings: complex({ countriesBlockedForMinors: texts, legalAgeGroupRule: text }).nullable().optional(),
  // Refused with a reason by the rules: passwords are added by addPassword only.
  passwordCredentials: z.array(z.unknown()).nullable().optional(),
  publicClient: redirects,
  requiredResourceAccess: z.array(requiredResource).nullable().optional(),
  samlMetadataUrl: text,
  serviceManagementReference: text,
  servicePrincipalLockConfiguration: lockConfiguration.nullable().optional(),
  signInAudience: text,
  spa: redirects,
  tags: texts,
  tokenEncryptionKeyId: guid.nullable().optional(),
  uniqueName: text,
  web: web.nullable().optional(),
};

/** Body of `POST /applications`. */
export const createApplicationBody = entity({ ...shape, "owners@odata.bind": z.array(z.string()).optional() });
/** Body of `PATCH /applications/{id}`. */
export const updateApplicationBody = entity(shape);
/** Body of the same call under /beta, which knows one property more. */
export const updateBetaApplicationBody = entity({ ...shape, oauth2RequirePostResponse: flag });

/** A validated body of any of them. */
export type ApplicationBody = z.infer<typeof createApplicationBody> & {
  readonly oauth2RequirePostResponse?: boolean | null;
};
