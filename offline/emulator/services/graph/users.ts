import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { JsonObject, User } from "../../world/directory";
import { authorize, isAllowed } from "./authorize";
import { directoryRoleShape, directoryRolesOf } from "./directory-roles";
import { badRequest, denied, notFound } from "./errors";
import { answerList, answerOne, listOptions, type Place, readOptions } from "./odata";
import { collectionRoutes } from "./odata-count";
import type { EntityShape } from "./odata-shape";
import { seeUser } from "./user-lookup";
import { basicUserProperties, renderUser, userShape } from "./user-shape";

const place: Place = { version: "v1.0", path: "users" };
/** With `User.ReadBasic.All` the other properties do not exist for the caller. UNVERIFIED: null, or left out. */
const basicShape: EntityShape = { ...userShape, byDefault: basicUserProperties };

/** Users, and the signed-in one under `/me`. */
export const userRoutes: readonly Route[] = [
  ...collectionRoutes("/v1.0/users", listOptions, list),
  { method: "GET", path: "/v1.0/users/:user", query: readOptions, handle: read },
  { method: "GET", path: "/v1.0/users/:user/manager", query: readOptions, handle: readManager },
  { method: "GET", path: "/v1.0/me", query: readOptions, handle: readMe },
  ...["memberOf", "transitiveMemberOf"].flatMap((segment): Route[] => [
    ...collectionRoutes(`/v1.0/users/:user/${segment}`, listOptions, listMemberships),
    ...collectionRoutes(`/v1.0/me/${segment}`, listOptions, listMyMemberships),
  ]),
];

/** Whether the caller sees whole users, or only their basic profile; refuses others. */
function shapeFor(request: RouteRequest): EntityShape {
  if (isAllowed(request.caller, "readUsers")) return userShape;
  authorize(request, "readBasicUsers");
  return basicShape;
}

function render(request: RouteRequest, user: User, shape: EntityShape): JsonObject {
  const all = renderUser(user, request.caller.tenant);
  if (shape !== basicShape) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => basicUserProperties.includes(name)));
}

function list(request: RouteRequest): RouteResponse {
  const shape = shapeFor(request);
  const found = request.caller.tenant.users.allSeen().map((user) => render(request, user, shape));
  return answerList(request, place, found, shape);
}

function read(request: RouteRequest): RouteResponse {
  if (isSelf(request) && isAllowed(request.caller, "readSelf")) return readUser(request, seeUser(request));
  const shape = shapeFor(request);
  return answerOne(request, place, render(request, seeUser(request), shape), shape);
}

function isSelf(request: RouteRequest): boolean {
  const { caller, parameters } = request;
  const name = (parameters["user"] ?? "").toLowerCase();
  const self = caller.isAppOnly ? undefined : caller.tenant.users.get(caller.objectId);
  return self !== undefined && (self.id === name || self.userPrincipalName.toLowerCase() === name);
}

function readUser(request: RouteRequest, user: User): RouteResponse {
  return answerOne(request, place, renderUser(user, request.caller.tenant), userShape);
}

function readMe(request: RouteRequest): RouteResponse {
  return readUser(request, findMe(request, "readSelf"));
}

function findMe(request: RouteRequest, operation: "readSelf" | "readMemberships"): User {
  const { caller } = request;
  if (caller.isAppOnly) throw badRequest("/me request is only valid with delegated authentication flow.");
  if (!isAllowed(caller, operation) && !caller.scopes.includes("User.Read")) throw denied();
  const user = caller.tenant.users.seen(caller.objectId);
  if (user === undefined) throw notFound(caller.objectId);
  return user;
}

/** No one in the emulated tenants has a manager. */
function readManager(request: RouteRequest): RouteResponse {
  authorize(request, "readUsers");
  seeUser(request);
  throw notFound("manager");
}

function listMemberships(request: RouteRequest): RouteResponse {
  authorize(request, "readMemberships");
  return answerMemberships(request, seeUser(request));
}

function listMyMemberships(request: RouteRequest): RouteResponse {
  return answerMemberships(request, findMe(request, "readMemberships"));
}

function answerMemberships(request: RouteRequest, user: User): RouteResponse {
  const at: Place = { version: "v1.0", path: `users/${user.id}/memberOf`, metadata: "directoryObjects" };
  return answerList(request, at, directoryRolesOf(user), directoryRoleShape);
}
