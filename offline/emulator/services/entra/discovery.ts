import { calledAt, microsoftHosts } from "../../http/hosts";
import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { World } from "../../world/world";
import { issuerOf } from "./access-token";
import { entraError } from "./errors";
import type { Signer } from "./signing";
import { findTenant, requireTenant, sharedAuthorities } from "./tenants";

/** OpenID configuration, signing keys and MSAL's instance discovery. */
export function discoveryRoutes(signer: Signer): Route[] {
  const keys = (): RouteResponse => ({ status: 200, body: signer.jwks });
  return [
    anonymousGet("/:tenant/.well-known/openid-configuration", (request) => openIdConfiguration(request, 1)),
    anonymousGet("/:tenant/v2.0/.well-known/openid-configuration", (request) => openIdConfiguration(request, 2)),
    anonymousGet("/:tenant/discovery/v2.0/keys", keys),
    anonymousGet("/:tenant/discovery/keys", keys),
    {
      ...anonymousGet("/common/discovery/instance", instanceDiscovery),
      query: ["api-version", "authorization_endpoint"],
    },
    { ...anonymousGet("/common/userrealm/:user", userRealm), apiVersions: ["1.0"] },
  ];
}

function anonymousGet(path: string, handle: Route["handle"]): Route {
  return { method: "GET", path, anonymous: true, handle };
}

function openIdConfiguration(request: RouteRequest, version: 1 | 2): RouteResponse {
  const { world } = request;
  const { tenant = "" } = request.parameters;
  const { origin } = world.addresses;
  const name = tenant.toLowerCase();
  const isShared = sharedAuthorities.includes(name);
  const id = isShared ? undefined : requireTenant(world, tenant, "invalid_tenant").id;
  const authority = `${calledAt(request)}/${id ?? name}`;
  const endpoint = version === 1 ? `${authority}/oauth2` : `${authority}/oauth2/v2.0`;
  return {
    status: 200,
    body: {
      token_endpoint: `${endpoint}/token`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      jwks_uri: `${authority}/discovery/${version === 1 ? "" : "v2.0/"}keys`,
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      scopes_supported: version === 1 ? ["openid"] : ["openid", "profile", "email", "offline_access"],
      issuer: issuerOf(origin, id ?? "{tenantid}", version),
      authorization_endpoint: `${endpoint}/authorize`,
      device_authorization_endpoint: `${endpoint}/devicecode`,
      end_session_endpoint: `${endpoint}/logout`,
      tenant_region_scope: "EU",
      cloud_instance_name: "microsoftonline.com",
      cloud_graph_host_name: "graph.windows.net",
      msgraph_host: "graph.microsoft.com",
    },
  };
}

/**
 * MSAL asks Microsoft's own login host whether an authority that it does not know is real. The answer here vouches for this emulator and for
 * nothing else, so that a client that follows it never leaves loopback.
 */
function instanceDiscovery({ world, query }: RouteRequest): RouteResponse {
  const { base, tenant } = readInstance(world, query["authorization_endpoint"] ?? "");
  const { host } = new URL(base);
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${base}/${tenant}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}

/** The instance of an authorize address. MSAL for Python leaves the port out, so a missing port means ours. */
function readInstance({ addresses: { origin } }: World, endpoint: string): { base: string; tenant: string } {
  const own = new URL(origin);
  const asked = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isOwn = asked?.hostname === own.hostname && ["", own.port].includes(asked.port);
  if (asked?.protocol !== "https:" || !(isOwn || asked.host === microsoftHosts.login)) {
    throw entraError(50049, "invalid_instance", "Unknown or invalid instance.");
  }
  return { base: isOwn ? origin : `https://${asked.host}`, tenant: asked.pathname.split("/")[1] || "common" };
}

/**
 * Where a user signs in with a password: here (`Managed`), or nowhere that is known. MSAL for Python asks before every password sign-in.
 * UNVERIFIED but for the fields that MSAL reads.
 */
function userRealm({ world, parameters: { user = "" } }: RouteRequest): RouteResponse {
  const domain = user.split("@")[1] ?? "";
  const isKnown = findTenant(world, domain) !== undefined;
  return {
    status: 200,
    body: {
      ver: "1.0",
      account_type: isKnown ? "Managed" : "Unknown",
      ...(isKnown ? { domain_name: domain } : {}),
      cloud_instance_name: "microsoftonline.com",
      cloud_audience_urn: "urn:federation:MicrosoftOnline",
    },
  };
}
