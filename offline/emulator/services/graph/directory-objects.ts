import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import { applicationShape } from "./application-shape";
import { authorize } from "./authorize";
import { badRequest, notFound } from "./errors";
import { guid } from "./fields";
import { answerList, answerOne, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";
import { mixedShape } from "./owner-relation";
import { renderDirectoryObject } from "./references";

/** Most ids of one call (`directoryObject: getByIds`). */
const mostIds = 1000;
const idsBody = z.strictObject({ ids: z.array(guid), types: z.array(z.string()).optional() });

const shape: EntityShape = {
  ...mixedShape,
  properties: [...new Set([...mixedShape.properties, ...applicationShape.properties])],
};
const place = { version: "v1.0", path: "directoryObjects" } as const;

/** Objects of any type by their id. */
export const directoryObjectRoutes: readonly Route[] = [
  { method: "GET", path: "/v1.0/directoryObjects/:objectId", query: readOptions, handle: read },
  routeWithBody({
    method: "POST",
    path: "/v1.0/directoryObjects/getByIds",
    query: readOptions,
    body: idsBody,
    handle: getByIds,
  }),
];

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readDirectory");
  const id = (request.parameters["objectId"] ?? "").toLowerCase();
  const found = renderDirectoryObject(request.caller.tenant, id);
  if (found === undefined) throw notFound(id);
  return answerOne(request, place, found, shape);
}

function getByIds(request: RouteRequest<z.infer<typeof idsBody>>): RouteResponse {
  authorize(request, "readDirectory");
  const { ids, types } = request.body;
  if (ids.length > mostIds) throw badRequest(`Too many ids: ${ids.length}; at most ${mostIds} are allowed.`);
  const wanted = types?.map((type) => type.toLowerCase());
  const found = ids
    .map((id) => renderDirectoryObject(request.caller.tenant, id.toLowerCase()))
    .filter((item): item is JsonObject => item !== undefined)
    .filter((item) => wanted === undefined || wanted.includes(typeOf(item)));
  return answerList(request, place, found, shape);
}

function typeOf(item: JsonObject): string {
  return String(item["@odata.type"]).replace("#microsoft.graph.", "").toLowerCase();
}
