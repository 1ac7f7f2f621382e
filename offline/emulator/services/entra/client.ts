import type { Application, ServicePrincipal } from "../../world/directory";
import type { Tenant, World } from "../../world/world";
import { entraError } from "./errors";
import { findMicrosoftClient } from "./microsoft-client";

/** An application that requests a token, with its principal in that tenant. */
export interface Client {
  readonly application: Application;
  readonly principal: ServicePrincipal;
}

/**
 * The client with this id in this tenant. The sign-in service learns of new, changed and disabled objects late (`secretAcceptanceSeconds`),
 * but of deleted ones at once: a credential that should be gone never works here, the stricter of what Entra may do.
 */
export function findClient(world: World, tenant: Tenant, clientId: string): Client {
  const lag = world.lag.secretAcceptanceSeconds;
  const appId = clientId.toLowerCase();
  const microsoftClient = findMicrosoftClient(tenant, appId);
  if (microsoftClient !== undefined) return requireEnabledClient(microsoftClient);
  const registration = findRegistration(world, appId);
  if (registration === undefined) throw unknownApplication(tenant, clientId);
  const { home, application } = registration;
  const late = home.applications.asOf(application.id, lag);
  const now = tenant.servicePrincipals.all().find((candidate) => candidate.appId === appId);
  const principal = now && tenant.servicePrincipals.asOf(now.id, lag);
  if (late === undefined || (principal === undefined && home !== tenant)) throw unknownApplication(tenant, clientId);
  if (principal === undefined) {
    throw entraError(
      7000229,
      "unauthorized_client",
      `The client application ${clientId} is missing service principal in the tenant ${tenant.id}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
    );
  }
  return requireEnabledClient({ application, principal });
}

function requireEnabledClient(client: Client): Client {
  if (client.principal.accountEnabled) return client;
  const { appId, properties } = client.application;
  const name = String(properties["displayName"] ?? "");
  throw entraError(7000112, "unauthorized_client", `Application '${appId}'(${name}) is disabled.`);
}

function findRegistration(world: World, appId: string): { home: Tenant; application: Application } | undefined {
  for (const home of world.tenants.values()) {
    const application = home.applications.all().find((candidate) => candidate.appId === appId);
    if (application !== undefined) return { home, application };
  }
  return undefined;
}

function unknownApplication(tenant: Tenant, clientId: string) {
  return entraError(
    700016,
    "unauthorized_client",
    `Application with identifier '${clientId}' was not found in the directory '${tenant.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}
