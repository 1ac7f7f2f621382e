import type { RouteRequest } from "../../http/route";
import type { EntityShape, Relation } from "./odata-shape";
import { principalShape } from "./principal-shape";
import { renderDirectoryObject } from "./references";
import { userShape } from "./user-shape";

/** Owners are users and service principals: the list shows what either has, and may be filtered by id only. */
export const mixedShape: EntityShape = {
  resource: "DirectoryObject",
  properties: [...new Set([...userShape.properties, ...principalShape.properties])],
  filterable: ["id", "displayName"],
  sortable: [],
  searchable: [],
};

/** The owners of an application or a principal, as a replica shows them. */
export function ownersOf(collection: "applications" | "servicePrincipals"): Relation {
  return {
    shape: mixedShape,
    find: ({ caller: { tenant } }: RouteRequest, objectId) => {
      const owners = tenant[collection].seen(objectId)?.owners ?? [];
      return owners.map((owner) => renderDirectoryObject(tenant, owner)).filter((item) => item !== undefined);
    },
  };
}
