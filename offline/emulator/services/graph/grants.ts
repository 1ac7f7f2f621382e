import type { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Grant, JsonObject } from "../../world/directory";
import { authorize } from "./authorize";
import { badRequest, duplicate, missingReference, notFound } from "./errors";
import { entity, guid, text } from "./fields";
import { grantId } from "./ids";
import { answerList, answerMade, answerOne, listOptions, type Place, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";
import { seePrincipal } from "./principal-lookup";

const createBody = entity({
  clientId: guid,
  consentType: text,
  principalId: guid.nullable().optional(),
  resourceId: guid,
  scope: text,
  // Kept by the type for old clients, ignored by the service (resource type of the beta version).
  startTime: text,
  expiryTime: text,
});
const updateBody = entity({ scope: text });

const shape: EntityShape = {
  resource: "OAuth2PermissionGrant",
  properties: ["clientId", "consentType", "id", "principalId", "resourceId", "scope"],
  filterable: ["clientId", "consentType", "principalId", "resourceId"],
  sortable: [],
  searchable: [],
};
const place: Place = { version: "v1.0", path: "oauth2PermissionGrants" };
/** Longest scope list; the property's documented limit. */
const longestScope = 3850;

/** Delegated permission grants, also as seen from their client's service principal. */
export const grantRoutes: readonly Route[] = [
  { method: "GET", path: "/v1.0/oauth2PermissionGrants", query: listOptions, handle: list },
  routeWithBody({ method: "POST", path: "/v1.0/oauth2PermissionGrants", body: createBody, handle: create }),
  { method: "GET", path: "/v1.0/oauth2PermissionGrants/:grantId", query: readOptions, handle: read },
  routeWithBody({ method: "PATCH", path: "/v1.0/oauth2PermissionGrants/:grantId", body: updateBody, handle: update }),
  { method: "DELETE", path: "/v1.0/oauth2PermissionGrants/:grantId", handle: remove },
  ...["/v1.0/servicePrincipals/:id", "/v1.0/servicePrincipals(appId=':clientId')"].map((path): Route => {
    return { method: "GET", path: `${path}/oauth2PermissionGrants`, query: listOptions, handle: listOfPrincipal };
  }),
];

function render(grant: Grant): JsonObject {
  return { ...grant };
}

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readGrants");
  return answerList(request, place, request.caller.tenant.grants.allSeen().map(render), shape);
}

function listOfPrincipal(request: RouteRequest): RouteResponse {
  authorize(request, "readGrants");
  const { id } = seePrincipal(request);
  const found = request.caller.tenant.grants.allSeen().filter((grant) => grant.clientId === id);
  const at: Place = {
    version: "v1.0",
    path: `servicePrincipals/${id}/oauth2PermissionGrants`,
    metadata: "oauth2PermissionGrants",
  };
  return answerList(request, at, found.map(render), shape);
}

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readGrants");
  const id = request.parameters["grantId"] ?? "";
  const grant = request.caller.tenant.grants.seen(id);
  if (grant === undefined) throw notFound(id);
  return answerOne(request, place, render(grant), shape);
}

function create(request: RouteRequest<z.infer<typeof createBody>>): RouteResponse {
  authorize(request, "writeGrants");
  const { tenant } = request.caller;
  const body = request.body;
  const [clientId, resourceId] = [body.clientId.toLowerCase(), body.resourceId.toLowerCase()];
  const principalId = body.principalId?.toLowerCase() ?? null;
  const consentType = readConsentType(body.consentType ?? null, principalId);
  for (const id of [clientId, resourceId]) {
    if (tenant.servicePrincipals.get(id) === undefined) throw badRequest(missingReference(id));
  }
  if (principalId !== null && tenant.users.get(principalId) === undefined)
    throw badRequest(missingReference(principalId));
  const grant: Grant = {
    id: grantId(clientId, resourceId, principalId),
    clientId,
    consentType,
    principalId,
    resourceId,
    scope: checkedScope(body.scope ?? null),
  };
  if (tenant.grants.get(grant.id) !== undefined) throw duplicate("Permission entry already exists.");
  tenant.grants.put(grant);
  return answerMade(request, place, render(grant), shape);
}

/** UNVERIFIED: the wording of both refusals; the rules are the resource type's. */
function readConsentType(value: string | null, principalId: string | null): Grant["consentType"] {
  if (value !== "AllPrincipals" && value !== "Principal") {
    throw badRequest(
      `Invalid value '${value}' specified for property 'consentType' of resource 'OAuth2PermissionGrant'. Allowed: AllPrincipals, Principal.`,
    );
  }
  if (value === "Principal" && principalId === null)
    throw badRequest("Property 'principalId' is required when 'consentType' is 'Principal'.");
  if (value === "AllPrincipals" && principalId !== null)
    throw badRequest("Property 'principalId' must be null when 'consentType' is 'AllPrincipals'.");
  return value;
}

/** Scopes are stored unchecked: whether the resource has them is decided when a token is requested. */
function checkedScope(value: string | null): string {
  if (value === null) throw badRequest("A value is required for property 'scope' of resource 'OAuth2PermissionGrant'.");
  if (value.length <= longestScope) return value;
  throw badRequest(`Property 'scope' has ${value.length} characters; at most ${longestScope} are allowed.`);
}

function find(request: RouteRequest): Grant {
  const id = request.parameters["grantId"] ?? "";
  const grant = request.caller.tenant.grants.get(id);
  if (grant === undefined) throw notFound(id);
  return grant;
}

function update(request: RouteRequest<z.infer<typeof updateBody>>): RouteResponse {
  authorize(request, "writeGrants");
  const grant = find(request);
  const { scope } = request.body;
  if (scope !== undefined) request.caller.tenant.grants.put({ ...grant, scope: checkedScope(scope) });
  return { status: 204 };
}

function remove(request: RouteRequest): RouteResponse {
  authorize(request, "writeGrants");
  const grant = find(request);
  request.caller.tenant.grants.remove(grant.id);
  return { status: 204 };
}
