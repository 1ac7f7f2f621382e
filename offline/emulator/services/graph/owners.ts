import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Application, ServicePrincipal } from "../../world/directory";
import { findApplication, seeApplication } from "./application-lookup";
import { authorize } from "./authorize";
import { badRequest, notFound } from "./errors";
import { answerList, listOptions } from "./odata";
import { collectionRoutes } from "./odata-count";
import { mixedShape, ownersOf } from "./owner-relation";
import { findPrincipal, seePrincipal } from "./principal-lookup";
import { canOwn, readReference } from "./references";

const referenceBody = z.strictObject({ "@odata.id": z.string(), "@odata.type": z.string().optional() });
const mostOwners = 100;

type Owned = Application | ServicePrincipal;

interface Kind {
  readonly collection: "applications" | "servicePrincipals";
  readonly see: (request: RouteRequest) => Owned;
  readonly find: (request: RouteRequest) => Owned;
  readonly put: (request: RouteRequest, owners: readonly string[]) => void;
}

const kinds: readonly Kind[] = [
  {
    collection: "applications",
    see: seeApplication,
    find: findApplication,
    put: (request, owners) => request.caller.tenant.applications.put({ ...findApplication(request), owners }),
  },
  {
    collection: "servicePrincipals",
    see: seePrincipal,
    find: findPrincipal,
    put: (request, owners) => request.caller.tenant.servicePrincipals.put({ ...findPrincipal(request), owners }),
  },
];

/** `owners` of applications and of service principals. */
export const ownerRoutes: readonly Route[] = kinds.flatMap((kind) =>
  [`/v1.0/${kind.collection}/:id/owners`, `/v1.0/${kind.collection}(appId=':clientId')/owners`].flatMap(
    (path): Route[] => [
      ...collectionRoutes(path, listOptions, (request) => list(request, kind)),
      routeWithBody({
        method: "POST",
        path: `${path}/$ref`,
        body: referenceBody,
        handle: (request) => add(request, kind),
      }),
      { method: "DELETE", path: `${path}/:ownerId/$ref`, handle: (request) => remove(request, kind) },
    ],
  ),
);

function list(request: RouteRequest, kind: Kind): RouteResponse {
  authorize(request, "readApplications");
  const { id } = kind.see(request);
  const found = ownersOf(kind.collection).find(request, id);
  const place = { version: "v1.0", path: `${kind.collection}/${id}/owners`, metadata: "directoryObjects" } as const;
  return answerList(request, place, found, mixedShape);
}

function add(request: RouteRequest<z.infer<typeof referenceBody>>, kind: Kind): RouteResponse {
  const { owners } = kind.find(request);
  authorize(request, "addOwners", owners);
  const body = request.body;
  const owner = readReference(request, body["@odata.id"]);
  if (!canOwn(request.caller.tenant, owner)) throw notFound(owner);
  if (owners.includes(owner)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  }
  if (owners.length >= mostOwners)
    throw badRequest(`The object has ${owners.length} owners; at most ${mostOwners} are allowed.`);
  kind.put(request, [...owners, owner]);
  return { status: 204 };
}

/** Even the last owner can be removed: Microsoft recommends two, and requires none. */
function remove(request: RouteRequest, kind: Kind): RouteResponse {
  const { owners } = kind.find(request);
  authorize(request, "writeApplications", owners);
  const owner = (request.parameters["ownerId"] ?? "").toLowerCase();
  if (!owners.includes(owner)) throw notFound(owner);
  kind.put(
    request,
    owners.filter((entry) => entry !== owner),
  );
  return { status: 204 };
}
