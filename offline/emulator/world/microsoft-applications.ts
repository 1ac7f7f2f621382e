import type { JsonObject } from "./directory";
import { graphAppRoles, graphScopes } from "./graph-permissions";
import type { Addresses } from "./world";

/** A multi-tenant application of Microsoft's own tenant, which any tenant may instantiate with `POST /servicePrincipals`. */
export interface MicrosoftApplication {
  readonly appId: string;
  readonly displayName: string;
  /** Resource identifiers, as `servicePrincipalNames` of the principal lists them (after the client id). */
  readonly identifierUris: readonly string[];
  readonly appRoles: readonly JsonObject[];
  readonly scopes: readonly JsonObject[];
  /** Access tokens come in v1.0 form (`appid`, issuer without `/v2.0`), whatever endpoint issued them. */
  readonly tokenVersion: 1 | 2;
  /** Set on a client of Microsoft's own, which every tenant knows: what it may do for a user on which API, without anyone's consent. */
  readonly preauthorized?: Readonly<Record<string, readonly string[]>>;
  /** Resource identifiers that this application answers to here, because its real host name is an address of the emulator. */
  emulatedResources?(addresses: Addresses): readonly string[];
}

/** The tenant that owns Microsoft's first-party applications (`appOwnerOrganizationId`). */
const microsoftTenantId = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

export const microsoftGraphAppId = "00000003-0000-0000-c000-000000000000";
export const partnerCenterAppId = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const microsoftPartnerAppId = "4990cffe-04e8-4e8b-808a-1175604b879f";
export const resourceManagerAppId = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
/** @see https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
export const azureCliAppId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
export const keyVaultAppId = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093";

function userImpersonation(id: string, displayName: string, type: "User" | "Admin" = "User"): JsonObject {
  return {
    adminConsentDescription: displayName,
    adminConsentDisplayName: displayName,
    id,
    isEnabled: true,
    type,
    userConsentDescription: displayName,
    userConsentDisplayName: displayName,
    value: "user_impersonation",
  };
}

/** Every application of Microsoft's that the emulator knows. Partner Center publishes no app role: there is nothing to grant app-only. */
export const microsoftApplications: readonly MicrosoftApplication[] = [
  {
    appId: microsoftGraphAppId,
    displayName: "Microsoft Graph",
    identifierUris: ["https://graph.microsoft.com"],
    appRoles: graphAppRoles,
    scopes: graphScopes,
    tokenVersion: 1,
    // The cloud metadata's `microsoftGraphResourceId` is both Graph's base address and its resource, so the origin must be Graph's.
    emulatedResources: (addresses) => [addresses.origin],
  },
  {
    appId: partnerCenterAppId,
    displayName: "Microsoft Partner Center",
    identifierUris: [
      "https://api.partnercenter.microsoft.com",
      "https://partnercenterapi.store.microsoft.com",
      "https://partnerapi.store.microsoft.com",
      "https://reseller.microsoft.com",
      "https://accountmgmtservice.dce.mp.microsoft.com",
    ],
    appRoles: [],
    scopes: [userImpersonation("1cebfa2a-fb4d-419e-b5f9-839b4383e05a", "Access Partner Center")],
    tokenVersion: 1,
  },
  {
    appId: microsoftPartnerAppId,
    displayName: "Microsoft Partner",
    identifierUris: [
      "https://api.partner.microsoft.com",
      "https://developer.microsoft.com",
      "https://dev.microsoft.com",
    ],
    appRoles: [],
    // UNVERIFIED: one source only for this scope's id.
    scopes: [userImpersonation("eabf9ef3-1f9e-f3da-19a1-bcd60d080567", "Partner Center")],
    tokenVersion: 1,
  },
  {
    appId: resourceManagerAppId,
    displayName: "Windows Azure Service Management API",
    identifierUris: ["https://management.azure.com", "https://management.core.windows.net"],
    appRoles: [],
    scopes: [
      userImpersonation(
        "41094075-9dad-400e-a0bd-54e686782033",
        "Access Azure Service Management as organization users",
      ),
    ],
    tokenVersion: 1,
  },
  {
    appId: keyVaultAppId,
    displayName: "Azure Key Vault",
    identifierUris: ["https://vault.azure.net"],
    appRoles: [],
    scopes: [
      userImpersonation("f53da476-18e3-4152-8e01-aec403e6edc0", "Have full access to the Azure Key Vault service"),
    ],
    tokenVersion: 1,
    emulatedResources: (addresses) => [`https://${addresses.keyVaultSuffix}`],
  },
  {
    appId: azureCliAppId,
    displayName: "Microsoft Azure CLI",
    identifierUris: [],
    appRoles: [],
    scopes: [],
    tokenVersion: 1,
    // UNVERIFIED: the list for Graph, as tokens of Azure CLI have been seen to carry it.
    preauthorized: {
      [resourceManagerAppId]: ["user_impersonation"],
      [keyVaultAppId]: ["user_impersonation"],
      [microsoftGraphAppId]: [
        "Application.ReadWrite.All",
        "AppRoleAssignment.ReadWrite.All",
        "AuditLog.Read.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "Group.ReadWrite.All",
        "User.Read.All",
        "User.ReadWrite.All",
        "email",
        "offline_access",
        "openid",
        "profile",
      ],
    },
  },
];

/** The application with this client id, or undefined. */
export function findMicrosoftApplication(appId: string): MicrosoftApplication | undefined {
  return microsoftApplications.find((application) => application.appId === appId.toLowerCase());
}

/** Graph properties of an instance of the application in a tenant, as `POST /servicePrincipals` answers them. */
export function microsoftPrincipalProperties(application: MicrosoftApplication): JsonObject {
  return {
    alternativeNames: [],
    appDisplayName: application.displayName,
    appDescription: null,
    appOwnerOrganizationId: microsoftTenantId,
    appRoles: application.appRoles,
    applicationTemplateId: null,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: application.displayName,
    homepage: null,
    info: { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    oauth2PermissionScopes: application.scopes,
    preferredSingleSignOnMode: null,
    replyUrls: [],
    servicePrincipalNames: [application.appId, ...application.identifierUris],
    servicePrincipalType: "Application",
    signInAudience: "AzureADMultipleOrgs",
    tags: [],
  };
}
