import type { JsonObject, ServicePrincipal } from "../../world/directory";
import {
  findMicrosoftApplication,
  microsoftApplications,
  microsoftGraphAppId,
} from "../../world/microsoft-applications";
import type { Tenant } from "../../world/world";
import type { Client } from "./client";
import { entraError } from "./errors";
import type { RequestedAccess } from "./requested-access";
import { normalise, type Resource } from "./resources";

/** The delegated permissions of this application on an API for this user: preauthorised by Microsoft, granted for everyone, or for the user. */
export function grantedScopes(
  tenant: Tenant,
  client: ServicePrincipal,
  resource: ServicePrincipal,
  userId: string,
): string[] {
  const texts = tenant.grants
    .all()
    .filter(({ clientId, resourceId }) => clientId === client.id && resourceId === resource.id)
    .filter(({ consentType, principalId }) => consentType === "AllPrincipals" || principalId === userId)
    .flatMap(({ scope }) => scope.split(" "));
  const preauthorized = findMicrosoftApplication(client.appId)?.preauthorized?.[resource.appId] ?? [];
  return [...new Set([...preauthorized, ...texts])].filter((scope) => scope !== "").sort();
}

/** Whether the user, or someone for the user, has consented to everything requested. */
export function isConsented(
  { tenant, client, userId }: { readonly tenant: Tenant; readonly client: Client; readonly userId: string },
  resource: Resource,
  access: RequestedAccess,
): boolean {
  const granted = grantedScopes(tenant, client.principal, resource.principal, userId);
  const isGranted = access.scopes === "default" ? granted.length > 0 : isSubset(access.scopes, granted);
  return isGranted && isSubset(access.openIdToConsent, openIdGrants(tenant, client, userId));
}

/** OpenID Connect's scopes are permissions of Microsoft Graph. */
function openIdGrants(tenant: Tenant, client: Client, userId: string): readonly string[] {
  const graph = tenant.servicePrincipals.all().find(({ appId }) => appId === microsoftGraphAppId);
  return graph === undefined ? [] : grantedScopes(tenant, client.principal, graph, userId);
}

const isSubset = (wanted: readonly string[], of: readonly string[]) => wanted.every((word) => of.includes(word));

/** 65001, for a request that cannot ask the user. */
export function notConsented({ application }: Client) {
  const name = String(application.properties["displayName"] ?? "");
  return entraError(
    65001,
    "invalid_grant",
    `The user or administrator has not consented to use the application with ID '${application.appId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
    { suberror: "consent_required" },
  );
}

/** Refuses permissions that the API does not publish. */
export function requireKnownScopes(client: Client, { principal, identifier }: Resource, access: RequestedAccess): void {
  if (access.scopes === "default") return;
  const published = scopesOf(principal);
  const unknown = access.scopes.find((name) => !published.includes(name));
  if (unknown === undefined) return;
  throw entraError(
    650053,
    "invalid_client",
    `The application '${String(client.application.properties["displayName"] ?? "")}' asked for scope '${unknown}' that doesn't exist on the resource '${identifier}'. Contact the app vendor.`,
  );
}

function scopesOf({ properties }: ServicePrincipal): string[] {
  const published = properties["oauth2PermissionScopes"];
  return Array.isArray(published) ? (published as JsonObject[]).map(({ value }) => String(value)) : [];
}

/**
 * An application that asks for "everything granted" must list the API among its requested permissions (`requiredResourceAccess`); a request
 * that names its permissions need not.
 */
export function requireListed(client: Client, { principal, identifier }: Resource, access: RequestedAccess): void {
  if (access.scopes !== "default" || principal.id === client.principal.id) return;
  const { application } = client;
  const listed = (application.properties["requiredResourceAccess"] ?? []) as readonly JsonObject[];
  const name = String(application.properties["displayName"] ?? "");
  if (listed.length === 0) {
    throw entraError(
      650056,
      "invalid_client",
      `Misconfigured application. This could be due to one of the following: the client has not listed any permissions for '${String(principal.properties["displayName"] ?? "")}' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Client app ID: ${application.appId}.`,
    );
  }
  if (listed.some(({ resourceAppId }) => String(resourceAppId).toLowerCase() === principal.appId)) return;
  const valid = listed.map(({ resourceAppId }) => String(resourceAppId)).join(", ");
  throw entraError(
    650057,
    "invalid_resource",
    `Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: ${application.appId}(${name}). Resource value from request: ${identifier}. Resource app ID: ${principal.appId}. List of valid resources from app registration: ${valid}.`,
  );
}

/** What the sign-in page says where the tenant has no principal of one of Microsoft's APIs; undefined for any other identifier. */
export function notSubscribed(tenant: Tenant, identifier: string) {
  const known = microsoftApplications.find(({ appId, identifierUris }) =>
    [appId, ...identifierUris].some((name) => normalise(name) === normalise(identifier)),
  );
  if (known === undefined || tenant.servicePrincipals.all().some(({ appId }) => appId === known.appId)) {
    return undefined;
  }
  return entraError(
    650052,
    "invalid_client",
    `The app is trying to access a service '${known.appId}'(${known.displayName}) that your organization '${tenant.id}' lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.`,
  );
}
