import { randomBytes } from "node:crypto";
import { type Route, type RouteRequest, type RouteResponse, ServiceError } from "../../http/route";
import type { PendingSignIn } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";
import { askForPassword } from "./ask-for-password";
import { answerWithError } from "./authorize-answer";
import { authorizeOptions, readAuthorizeRequest, readResponseMode } from "./authorize-request";
import { type Client, findClient } from "./client";
import { notSubscribed, requireKnownScopes, requireListed } from "./consent";
import { entraError, renderEntraError } from "./errors";
import { requireRedirect } from "./redirect-uri";
import { type RequestedAccess, readRequestedAccess } from "./requested-access";
import { findResource } from "./resources";
import { errorPage } from "./sign-in-pages";
import { requireTenant, sharedAuthorities } from "./tenants";

/** The authorize endpoints: where an application sends a user to sign in. */
export const authorizeRoutes: readonly Route[] = ([1, 2] as const).map((endpointVersion) => ({
  method: "GET",
  path: endpointVersion === 1 ? "/:tenant/oauth2/authorize" : "/:tenant/oauth2/v2.0/authorize",
  query: authorizeOptions,
  anonymous: true,
  handle: (request) => authorize(request, endpointVersion),
}));

/** Until the redirect address is known, errors are shown to the user; after that they go to the application. */
function authorize(request: RouteRequest, endpointVersion: 1 | 2): RouteResponse {
  const { world, query } = request;
  return orErrorPage(world, () => {
    const tenant = tenantOf(request);
    const clientId = query["client_id"];
    if (clientId === undefined) {
      throw entraError(
        900144,
        "invalid_request",
        "The request body must contain the following parameter: 'client_id'.",
      );
    }
    const client = findClient(world, tenant, clientId);
    const { uri } = requireRedirect(client.application, query["redirect_uri"]);
    const target = { redirectUri: uri, responseMode: readResponseMode(query), state: query["state"] ?? null };
    try {
      const asked = readAuthorizeRequest(query, uri, endpointVersion);
      checkAccess(world, tenant, client, readAccess(asked.resource, asked.scope, endpointVersion));
      const pending = begin(world, tenant, asked);
      return askForPassword({ tenant, client, pending, login: asked.loginHint ?? "" });
    } catch (error) {
      if (error instanceof ServiceError) return answerWithError(target, error, world);
      throw error;
    }
  });
}

/** What a sign-in is for. The v1 endpoint lets the token request say it. */
export function readAccess(resource: string | null, scope: string | null, endpointVersion: 1 | 2): RequestedAccess {
  const before = { resource: resource ?? (endpointVersion === 1 ? "https://graph.microsoft.com" : null), scope };
  return readRequestedAccess(
    {
      ...(scope === null ? {} : { scope }),
      ...(resource === null ? {} : { resource }),
    },
    endpointVersion,
    before,
  );
}

/** Refuses an API that does not exist, or that this application may not request. */
function checkAccess(world: World, tenant: Tenant, client: Client, access: RequestedAccess): void {
  const missing = notSubscribed(tenant, access.identifier);
  if (missing !== undefined) throw missing;
  const resource = findResource(world, tenant, access.identifier);
  // On the v1 endpoint a request without a resource is only a sign-in.
  requireKnownScopes(client, resource, access);
  if (access.scopes === "default" && access.identifier !== "https://graph.microsoft.com") {
    requireListed(client, resource, access);
  }
}

/** Turns errors into the page that Entra shows in the browser. */
export function orErrorPage(world: World, answer: () => RouteResponse): RouteResponse {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return errorPage(renderEntraError(error, world).body.error_description);
  }
}

function tenantOf({ world, parameters: { tenant = "" } }: RouteRequest): Tenant {
  if (!sharedAuthorities.includes(tenant.toLowerCase())) return requireTenant(world, tenant);
  throw entraError(
    50194,
    "invalid_request",
    `The application is not configured as a multi-tenant application. Usage of the /${tenant} endpoint is not supported for such applications. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
  );
}

function begin(world: World, tenant: Tenant, request: PendingSignIn["request"]): PendingSignIn {
  const startedAt = world.clock.now().toISOString();
  const pending = {
    id: randomBytes(32).toString("base64url"),
    request,
    startedAt,
    userId: null,
    wrongCodes: 0,
    userCode: null,
  };
  tenant.pendingSignIns.put(pending);
  return pending;
}
