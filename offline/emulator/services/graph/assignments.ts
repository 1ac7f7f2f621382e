import type { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { AppRoleAssignment, JsonObject, ServicePrincipal } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { authorize } from "./authorize";
import { badRequest, notFound } from "./errors";
import { entity, guid } from "./fields";
import { newAssignmentId } from "./ids";
import { objectsOf, textsOf } from "./merge";
import { answerList, answerMade, answerOne, listOptions, type Place, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";
import { findPrincipal, seePrincipal } from "./principal-lookup";
import type { Operation } from "./required-permissions";
import { findUser, seeUser } from "./user-lookup";

const createBody = entity({ appRoleId: guid, principalId: guid, resourceId: guid });
/** Stands for "assigned, without a role"; only where the resource has no role for that kind of principal. */
const noRole = "00000000-0000-0000-0000-000000000000";

const shape: EntityShape = {
  resource: "AppRoleAssignment",
  properties: [
    "id",
    "deletedDateTime",
    "appRoleId",
    "createdDateTime",
    "principalDisplayName",
    "principalId",
    "principalType",
    "resourceDisplayName",
    "resourceId",
  ],
  filterable: ["principalDisplayName", "resourceId", "principalId", "appRoleId"],
  sortable: [],
  searchable: [],
};

/** A list of assignments: the resource's, or the principal's. */
interface Side {
  readonly paths: readonly string[];
  readonly segment: "appRoleAssignedTo" | "appRoleAssignments";
  readonly end: "resourceId" | "principalId";
  readonly reading: Operation;
  readonly see: (request: RouteRequest) => { readonly id: string };
  readonly find: (request: RouteRequest) => { readonly id: string };
}

const principalPaths = ["servicePrincipals/:id", "servicePrincipals(appId=':clientId')"];
const sides: readonly Side[] = [
  {
    paths: principalPaths,
    segment: "appRoleAssignedTo",
    end: "resourceId",
    reading: "readAssignments",
    see: seePrincipal,
    find: findPrincipal,
  },
  {
    paths: principalPaths,
    segment: "appRoleAssignments",
    end: "principalId",
    reading: "readAssignments",
    see: seePrincipal,
    find: findPrincipal,
  },
  {
    paths: ["users/:user"],
    segment: "appRoleAssignments",
    end: "principalId",
    reading: "readUserAssignments",
    see: seeUser,
    find: findUser,
  },
];

/** App role assignments, from the resource's side and from the principal's. */
export const assignmentRoutes: readonly Route[] = sides.flatMap((side) =>
  side.paths.flatMap((owner): Route[] => {
    const path = `/v1.0/${owner}/${side.segment}`;
    return [
      { method: "GET", path, query: listOptions, handle: (request) => list(request, side) },
      routeWithBody({ method: "POST", path, body: createBody, handle: (request) => create(request, side) }),
      { method: "GET", path: `${path}/:assignmentId`, query: readOptions, handle: (request) => read(request, side) },
      { method: "DELETE", path: `${path}/:assignmentId`, handle: (request) => remove(request, side) },
    ];
  }),
);

function render(tenant: Tenant, assignment: AppRoleAssignment): JsonObject {
  const resource = tenant.servicePrincipals.get(assignment.resourceId);
  return {
    ...assignment,
    deletedDateTime: null,
    principalDisplayName: displayNameOf(tenant, assignment.principalId),
    resourceDisplayName: resource?.properties["displayName"] ?? null,
  };
}

function displayNameOf(tenant: Tenant, id: string): string | null {
  const properties = tenant.servicePrincipals.get(id)?.properties ?? tenant.users.get(id)?.properties;
  const name = properties?.["displayName"];
  return typeof name === "string" ? name : (tenant.users.get(id)?.userPrincipalName ?? null);
}

function placeOf(side: Side, id: string): Place {
  const collection = side.paths[0]?.split("/")[0] ?? "";
  return {
    version: "v1.0",
    path: `${collection}/${id}/${side.segment}`,
    metadata: `${collection}('${id}')/${side.segment}`,
  };
}

function list(request: RouteRequest, side: Side): RouteResponse {
  authorize(request, side.reading);
  const { tenant } = request.caller;
  const { id } = side.see(request);
  const found = tenant.assignments.allSeen().filter((assignment) => assignment[side.end] === id);
  const items = found.map((assignment) => render(tenant, assignment));
  return answerList(request, placeOf(side, id), items, shape);
}

function read(request: RouteRequest, side: Side): RouteResponse {
  authorize(request, side.reading);
  const { tenant } = request.caller;
  const { id } = side.see(request);
  const assignmentId = request.parameters["assignmentId"] ?? "";
  const assignment = tenant.assignments.seen(assignmentId);
  if (assignment === undefined || assignment[side.end] !== id) throw notFound(assignmentId);
  return answerOne(request, placeOf(side, id), render(tenant, assignment), shape);
}

function create(request: RouteRequest<z.infer<typeof createBody>>, side: Side): RouteResponse {
  authorize(
    request,
    side.segment === "appRoleAssignments" && side.reading === "readUserAssignments" ? "assignToUser" : "assign",
  );
  const { tenant } = request.caller;
  const { id } = side.find(request);
  const body = request.body;
  const wanted = {
    appRoleId: body.appRoleId.toLowerCase(),
    principalId: body.principalId.toLowerCase(),
    resourceId: body.resourceId.toLowerCase(),
  };
  // Also the response for a principal or resource that is not replicated yet; azuread retries on exactly this text.
  const principalType = kindOf(tenant, wanted.principalId);
  const resource = tenant.servicePrincipals.get(wanted.resourceId);
  if (principalType === undefined || resource === undefined || wanted[side.end] !== id)
    throw badRequest("Not a valid reference update.");
  checkRole(resource, wanted.appRoleId, principalType);
  const isThere = tenant.assignments
    .all()
    .some((other) =>
      (["appRoleId", "principalId", "resourceId"] as const).every((name) => other[name] === wanted[name]),
    );
  if (isThere) {
    const message = "Permission being assigned already exists on the object";
    throw badRequest(message, [{ code: "InvalidUpdate", message }]);
  }
  const assignment: AppRoleAssignment = {
    id: newAssignmentId(wanted.principalId),
    ...wanted,
    principalType,
    createdDateTime: request.world.clock.now().toISOString(),
  };
  tenant.assignments.put(assignment);
  return answerMade(request, placeOf(side, id), render(tenant, assignment), shape);
}

function kindOf(tenant: Tenant, id: string): "ServicePrincipal" | "User" | undefined {
  if (tenant.servicePrincipals.get(id) !== undefined) return "ServicePrincipal";
  return tenant.users.get(id) === undefined ? undefined : "User";
}

function checkRole(resource: ServicePrincipal, appRoleId: string, kind: "ServicePrincipal" | "User"): void {
  const member = kind === "User" ? "User" : "Application";
  const open = objectsOf(resource.properties["appRoles"]).filter(
    (role) => role["isEnabled"] !== false && textsOf(role["allowedMemberTypes"]).includes(member),
  );
  if (appRoleId === noRole && kind === "User" && open.length === 0) return;
  if (open.some((role) => String(role["id"]).toLowerCase() === appRoleId)) return;
  const message = `Permission being assigned was not found on application '${resource.appId}'.`;
  throw badRequest(message, [{ code: "InvalidUpdate", message }]);
}

function remove(request: RouteRequest, side: Side): RouteResponse {
  authorize(request, "unassign");
  const { tenant } = request.caller;
  const { id } = side.find(request);
  const assignmentId = request.parameters["assignmentId"] ?? "";
  const assignment = tenant.assignments.get(assignmentId);
  if (assignment === undefined || assignment[side.end] !== id) throw notFound(assignmentId);
  tenant.assignments.remove(assignmentId);
  return { status: 204 };
}
