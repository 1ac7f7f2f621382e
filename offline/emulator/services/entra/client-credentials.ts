import { issueAppToken } from "./access-token";
import type { Client } from "./client";
import { authenticateClient } from "./client-authentication";
import { entraError } from "./errors";
import { type Grant, type GrantContext, requireParameter } from "./grant";
import { findResource, type Resource } from "./resources";

/** App-only tokens (`grant_type=client_credentials`). */
export const clientCredentials: Grant = {
  type: "client_credentials",
  async answer(context) {
    const identifier = requestedResource(context);
    const client = await authenticateClient(context);
    const { world, tenant, signer, endpointVersion } = context;
    const resource = findResource(world, tenant, identifier);
    requireAssignment(context, client, resource);
    const { principal, proof } = client;
    const token = await issueAppToken(signer, { world, tenant, client: principal, resource, proof });
    const life = token.lifetimeSeconds - 1;
    const common = { token_type: "Bearer", access_token: token.accessToken };
    // The v1 endpoint returns numbers as text.
    const body =
      endpointVersion === 2
        ? { ...common, expires_in: life, ext_expires_in: life }
        : {
            ...common,
            expires_in: String(life),
            ext_expires_in: String(life),
            expires_on: String(token.expiresOn),
            not_before: String(token.notBefore),
            resource: identifier,
          };
    return { status: 200, headers: { "cache-control": "no-store, no-cache", pragma: "no-cache" }, body };
  },
};

const openIdScopes = new Set(["openid", "offline_access", "profile"]);

function requestedResource({ form, endpointVersion }: GrantContext): string {
  if (endpointVersion === 1) return requireParameter(form, "resource");
  if (form["resource"] !== undefined) {
    throw entraError(901002, "invalid_request", "The 'resource' request parameter is not supported.");
  }
  const scope = requireParameter(form, "scope");
  // Microsoft's own library for Go (azidentity, and so the real azure-native plugin) always adds these three; Entra ignores them here.
  const wanted = scope.split(" ").filter((part) => part !== "" && !openIdScopes.has(part));
  const [only] = wanted;
  if (only === undefined || wanted.length > 1) {
    throw entraError(
      70011,
      "invalid_scope",
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    );
  }
  if (!only.endsWith("/.default")) {
    throw entraError(
      1002012,
      "invalid_scope",
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return only.slice(0, -"/.default".length);
}

/** An API that requires assignment gives no app-only token to a client without one of its roles. */
function requireAssignment({ tenant }: GrantContext, client: Client, { principal, identifier }: Resource): void {
  if (!principal.appRoleAssignmentRequired || principal.id === client.principal.id) return;
  const isAssigned = tenant.assignments
    .all()
    .some(({ principalId, resourceId }) => principalId === client.principal.id && resourceId === principal.id);
  if (isAssigned) return;
  const clientName = String(client.application.properties["displayName"] ?? "");
  const resourceName = String(principal.properties["displayName"] ?? "");
  throw entraError(
    501051,
    "invalid_grant",
    `Application '${client.application.appId}'(${clientName}) is not assigned to a role for the application '${identifier}'(${resourceName}).`,
  );
}
