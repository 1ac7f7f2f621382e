import type { ServicePrincipal } from "../../world/directory";
import { findMicrosoftApplication } from "../../world/microsoft-applications";
import type { Tenant, World } from "../../world/world";
import { entraError } from "./errors";

/** What a token is asked for. */
export interface Resource {
  readonly principal: ServicePrincipal;
  /** The identifier as the caller wrote it; a v1 token's `aud`. */
  readonly identifier: string;
  readonly tokenVersion: 1 | 2;
}

/** The API that an identifier (an address or a client id) names in this tenant; its principal must be there and enabled. */
export function findResource(world: World, tenant: Tenant, identifier: string): Resource {
  const wanted = normalise(identifier);
  const principal = tenant.servicePrincipals
    .all()
    .find((candidate) => identifiersOf(world, candidate).includes(wanted));
  if (principal === undefined) {
    throw entraError(
      500011,
      "invalid_resource",
      `The resource principal named ${identifier} was not found in the tenant named ${tenant.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    );
  }
  if (!principal.accountEnabled) {
    throw entraError(
      500014,
      "invalid_resource",
      `The service principal for resource '${identifier}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.`,
    );
  }
  return { principal, identifier, tokenVersion: tokenVersionOf(tenant, principal) };
}

function identifiersOf(world: World, principal: ServicePrincipal): string[] {
  const names = principal.properties["servicePrincipalNames"];
  const emulated = findMicrosoftApplication(principal.appId)?.emulatedResources?.(world.addresses) ?? [];
  return [principal.appId, ...(Array.isArray(names) ? names : []), ...emulated].map((name) => normalise(String(name)));
}

/** Identifiers are compared without case and trailing slash. */
export function normalise(identifier: string): string {
  return identifier.toLowerCase().replace(/\/+$/, "");
}

function tokenVersionOf(tenant: Tenant, principal: ServicePrincipal): 1 | 2 {
  const microsoft = findMicrosoftApplication(principal.appId);
  if (microsoft !== undefined) return microsoft.tokenVersion;
  const api = tenant.applications.all().find(({ appId }) => appId === principal.appId)?.properties["api"];
  const isVersion2 =
    typeof api === "object" &&
    api !== null &&
    "requestedAccessTokenVersion" in api &&
    api["requestedAccessTokenVersion"] === 2;
  return isVersion2 ? 2 : 1;
}
