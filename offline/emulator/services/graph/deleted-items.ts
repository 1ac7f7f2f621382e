import { z } from "zod";
import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { Application, DeletedObject, JsonObject, ServicePrincipal, User } from "../../world/directory";
import { applicationShape, renderApplication } from "./application-shape";
import { authorize } from "./authorize";
import { purge, restore } from "./deletion";
import { notFound } from "./errors";
import { answerList, answerOne, listOptions, readOptions } from "./odata";
import { collectionRoutes } from "./odata-count";
import type { EntityShape } from "./odata-shape";
import { principalShape, renderPrincipal } from "./principal-shape";
import { renderUser, userShape } from "./user-shape";

/** How long a deleted object can be restored, in milliseconds. */
const keptMilliseconds = 30 * 86_400_000;

const types = {
  application: {
    shape: applicationShape,
    metadata: "applications",
    reading: "readApplications",
    writing: "writeApplications",
  },
  servicePrincipal: {
    shape: principalShape,
    metadata: "servicePrincipals",
    reading: "readApplications",
    writing: "writeApplications",
  },
  user: { shape: userShape, metadata: "users", reading: "readUsers", writing: "writeUsers" },
} as const;
type Type = keyof typeof types;

const path = "/v1.0/directory/deletedItems";

/** Soft-deleted objects: kept for 30 days, restored or purged one by one. */
export const deletedItemRoutes: readonly Route[] = [
  // The namespace may be written short: Microsoft's SDKs do.
  ...(Object.keys(types) as Type[]).flatMap((type) =>
    ["microsoft.graph", "graph"].flatMap((namespace) =>
      collectionRoutes(`${path}/${namespace}.${type}`, listOptions, (request) => list(request, type)),
    ),
  ),
  { method: "GET", path: `${path}/:deletedId`, query: readOptions, handle: read },
  { method: "POST", path: `${path}/:deletedId/restore`, body: z.strictObject({}).optional(), handle: restoreItem },
  { method: "DELETE", path: `${path}/:deletedId`, handle: purgeItem },
];

function render(request: RouteRequest, { type, object, deletedDateTime }: DeletedObject): JsonObject {
  const { tenant } = request.caller;
  if (type === "application") return renderApplication(object as Application, tenant.domain, deletedDateTime);
  if (type === "servicePrincipal") return renderPrincipal(object as ServicePrincipal, deletedDateTime);
  return { ...renderUser(object as User, tenant), deletedDateTime };
}

function isKept(request: RouteRequest, item: DeletedObject): boolean {
  return request.world.clock.now().getTime() - Date.parse(item.deletedDateTime) < keptMilliseconds;
}

function list(request: RouteRequest, type: Type): RouteResponse {
  const { shape, metadata, reading } = types[type];
  authorize(request, reading);
  const items = request.caller.tenant.deleted.allSeen().filter((item) => item.type === type && isKept(request, item));
  const place = { version: "v1.0", path: `directory/deletedItems/microsoft.graph.${type}`, metadata } as const;
  const listed: EntityShape =
    type === "user" ? { ...shape, byDefault: [...(userShape.byDefault ?? []), "deletedDateTime"] } : shape;
  return answerList(
    request,
    place,
    items.map((item) => render(request, item)),
    listed,
  );
}

function find(request: RouteRequest): DeletedObject {
  const id = (request.parameters["deletedId"] ?? "").toLowerCase();
  const item = request.caller.tenant.deleted.get(id);
  if (item === undefined || !isKept(request, item)) throw notFound(id);
  return item;
}

function answer(request: RouteRequest, type: Type, item: JsonObject): RouteResponse {
  const place = { version: "v1.0", path: "directory/deletedItems", metadata: "directoryObjects" } as const;
  return answerOne(request, place, { "@odata.type": `#microsoft.graph.${type}`, ...item }, types[type].shape);
}

function read(request: RouteRequest): RouteResponse {
  const item = find(request);
  authorize(request, types[item.type].reading);
  return answer(request, item.type, render(request, item));
}

function ownersOf(item: DeletedObject): readonly string[] {
  return "owners" in item.object ? item.object.owners : [];
}

function restoreItem(request: RouteRequest): RouteResponse {
  const item = find(request);
  authorize(request, types[item.type].writing, ownersOf(item));
  restore(request.caller.tenant, item);
  return answer(request, item.type, { ...render(request, item), deletedDateTime: null });
}

function purgeItem(request: RouteRequest): RouteResponse {
  const item = find(request);
  authorize(request, types[item.type].writing, ownersOf(item));
  purge(request.caller.tenant, item);
  return { status: 204 };
}
