import type { FederatedCredential, JsonObject, ServicePrincipal } from "../world/directory";
import { graphRoleId } from "../world/graph-permissions";
import {
  findMicrosoftApplication,
  type MicrosoftApplication,
  microsoftGraphAppId,
  microsoftPrincipalProperties,
} from "../world/microsoft-applications";
import { hashSecret } from "../world/secret-hash";
import { stableId } from "../world/stable-id";
import type { Tenant } from "../world/world";
import type { SeedIdentityIds } from "./constants";

/** When the initial state was created; any day long ago. */
export const seedCreatedAt = "2021-03-01T08:00:00Z";
/** Long enough that moving the clock never expires a seeded identity's secret by accident. */
const seedSecretEnd = "2299-12-31T00:00:00Z";

/** A seeded identity: a registered application, its service principal, its credentials and its Graph permissions. */
export interface SeedIdentity {
  readonly ids: SeedIdentityIds;
  readonly displayName: string;
  readonly secret: string;
  /** Values of Graph application permissions, granted by an administrator. */
  readonly graphPermissions: readonly string[];
  readonly federated?: Pick<FederatedCredential, "issuer" | "subject">;
}

/** Puts the application, its service principal and its granted Graph permissions into the tenant. */
export function addIdentity(tenant: Tenant, identity: SeedIdentity): void {
  const { clientId, objectId } = identity.ids;
  tenant.applications.put({
    id: stableId(tenant.id, "application", clientId),
    appId: clientId,
    createdDateTime: seedCreatedAt,
    properties: applicationProperties(tenant, identity.displayName),
    passwordCredentials: [
      {
        keyId: stableId(tenant.id, "secret", clientId),
        displayName: "seed",
        startDateTime: seedCreatedAt,
        endDateTime: seedSecretEnd,
        hint: identity.secret.slice(0, 3),
        secretHash: hashSecret(identity.secret),
        addedAt: Number.NEGATIVE_INFINITY,
      },
    ],
    keyCredentials: [],
    federatedCredentials: federatedCredentials(identity),
    owners: [],
  });
  tenant.servicePrincipals.put({
    id: objectId,
    appId: clientId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    isFirstParty: false,
    createdDateTime: seedCreatedAt,
    properties: principalProperties(tenant, clientId, identity.displayName),
    owners: [],
  });
  for (const value of identity.graphPermissions) assignGraphRole(tenant, objectId, value);
}

function federatedCredentials(identity: SeedIdentity): FederatedCredential[] {
  if (identity.federated === undefined) return [];
  const id = stableId("federated", identity.ids.clientId);
  const audiences = ["api://AzureADTokenExchange"];
  return [{ id, name: "pipeline", ...identity.federated, audiences, description: null }];
}

function assignGraphRole(tenant: Tenant, principalId: string, value: string): void {
  const graph = tenant.servicePrincipals.all().find(({ appId }) => appId === microsoftGraphAppId);
  if (graph === undefined)
    throw new Error("Microsoft Graph's principal must be seeded before the identities that use it");
  tenant.assignments.put({
    id: stableId(tenant.id, "assignment", principalId, value),
    appRoleId: graphRoleId(value),
    principalId,
    principalType: "ServicePrincipal",
    resourceId: graph.id,
    createdDateTime: seedCreatedAt,
  });
}

/** The principal of one of Microsoft's applications in this tenant. */
export function addMicrosoftPrincipal(tenant: Tenant, appId: string): ServicePrincipal {
  const application: MicrosoftApplication | undefined = findMicrosoftApplication(appId);
  if (application === undefined) throw new Error(`microsoft-applications.ts does not know ${appId}`);
  const principal: ServicePrincipal = {
    id: stableId(tenant.id, "principal", appId),
    appId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    isFirstParty: true,
    createdDateTime: seedCreatedAt,
    properties: microsoftPrincipalProperties(application),
    owners: [],
  };
  tenant.servicePrincipals.put(principal);
  return principal;
}

function applicationProperties(tenant: Tenant, displayName: string): JsonObject {
  return {
    displayName,
    description: null,
    signInAudience: "AzureADMyOrg",
    publisherDomain: tenant.domain,
    identifierUris: [],
    isFallbackPublicClient: false,
    notes: null,
    serviceManagementReference: null,
    tags: [],
    uniqueName: null,
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      requestedAccessTokenVersion: null,
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    spa: { redirectUris: [] },
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
    },
  };
}

function principalProperties(tenant: Tenant, clientId: string, displayName: string): JsonObject {
  return {
    alternativeNames: [],
    appDescription: null,
    appDisplayName: displayName,
    appOwnerOrganizationId: tenant.id,
    appRoles: [],
    description: null,
    displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    oauth2PermissionScopes: [],
    preferredSingleSignOnMode: null,
    replyUrls: [],
    servicePrincipalNames: [clientId],
    servicePrincipalType: "Application",
    signInAudience: "AzureADMyOrg",
    tags: [],
  };
}
