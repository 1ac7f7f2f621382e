import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { Tenant } from "../../world/world";
import { applicationShape } from "./application-shape";
import { authorize } from "./authorize";
import { answerList, listOptions, type Place } from "./odata";
import type { EntityShape } from "./odata-shape";
import { seePrincipal } from "./principal-lookup";
import { principalShape } from "./principal-shape";
import { renderDirectoryObject } from "./references";

/** Applications and service principals side by side; the emulated tenants have no groups. */
const shape: EntityShape = {
  resource: "DirectoryObject",
  properties: [...new Set([...applicationShape.properties, ...principalShape.properties])],
  filterable: ["id"],
  sortable: [],
  searchable: [],
};

/**
 * What a service principal owns. The permission for owned applications is enough for it.
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-ownedobjects
 */
export const ownedObjectRoutes: readonly Route[] = [
  "/v1.0/servicePrincipals/:id/ownedObjects",
  "/v1.0/servicePrincipals(appId=':clientId')/ownedObjects",
].map((path): Route => ({ method: "GET", path, query: listOptions, handle: list }));

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const { tenant } = request.caller;
  const { id } = seePrincipal(request);
  const at: Place = { version: "v1.0", path: `servicePrincipals/${id}/ownedObjects`, metadata: "directoryObjects" };
  const items = ownedBy(tenant, id).map((owned) => renderDirectoryObject(tenant, owned));
  return answerList(
    request,
    at,
    items.filter((item) => item !== undefined),
    shape,
  );
}

function ownedBy(tenant: Tenant, owner: string): readonly string[] {
  return [...tenant.applications.allSeen(), ...tenant.servicePrincipals.allSeen()]
    .filter(({ owners }) => owners.includes(owner))
    .map(({ id }) => id);
}
