import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { authorize } from "./authorize";
import { notFound } from "./errors";
import { answerList, answerOne, listOptions, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";

const organizationShape: EntityShape = {
  resource: "Organization",
  properties: [
    "id",
    "deletedDateTime",
    "countryLetterCode",
    "createdDateTime",
    "displayName",
    "tenantType",
    "verifiedDomains",
  ],
  filterable: ["id", "displayName"],
  sortable: [],
  searchable: [],
};
const domainShape: EntityShape = {
  resource: "Domain",
  properties: [
    "authenticationType",
    "id",
    "isAdminManaged",
    "isDefault",
    "isInitial",
    "isRoot",
    "isVerified",
    "supportedServices",
  ],
  filterable: ["id"],
  sortable: [],
  searchable: [],
};

/** The tenant itself and its domains. */
export const organizationRoutes: readonly Route[] = [
  { method: "GET", path: "/v1.0/organization", query: listOptions, handle: listOrganizations },
  { method: "GET", path: "/v1.0/organization/:tenantId", query: readOptions, handle: readOrganization },
  { method: "GET", path: "/v1.0/domains", query: listOptions, handle: listDomains },
  { method: "GET", path: "/v1.0/domains/:domain", query: readOptions, handle: readDomain },
];

function organizationOf(tenant: Tenant): JsonObject {
  return {
    id: tenant.id,
    deletedDateTime: null,
    countryLetterCode: null,
    createdDateTime: null,
    displayName: tenant.displayName,
    tenantType: "AAD",
    verifiedDomains: [
      {
        capabilities: "Email, OfficeCommunicationsOnline",
        isDefault: true,
        isInitial: true,
        name: tenant.domain,
        type: "Managed",
      },
    ],
  };
}

function domainOf(tenant: Tenant): JsonObject {
  return {
    authenticationType: "Managed",
    id: tenant.domain,
    isAdminManaged: true,
    isDefault: true,
    isInitial: true,
    isRoot: true,
    isVerified: true,
    supportedServices: ["Email", "OfficeCommunicationsOnline"],
  };
}

function listOrganizations(request: RouteRequest): RouteResponse {
  authorize(request, "readOrganization");
  return answerList(
    request,
    { version: "v1.0", path: "organization" },
    [organizationOf(request.caller.tenant)],
    organizationShape,
  );
}

function readOrganization(request: RouteRequest): RouteResponse {
  authorize(request, "readOrganization");
  const { tenant } = request.caller;
  const id = request.parameters["tenantId"] ?? "";
  if (id.toLowerCase() !== tenant.id) throw notFound(id);
  return answerOne(request, { version: "v1.0", path: "organization" }, organizationOf(tenant), organizationShape);
}

function listDomains(request: RouteRequest): RouteResponse {
  authorize(request, "readDomains");
  return answerList(request, { version: "v1.0", path: "domains" }, [domainOf(request.caller.tenant)], domainShape);
}

function readDomain(request: RouteRequest): RouteResponse {
  authorize(request, "readDomains");
  const { tenant } = request.caller;
  const name = request.parameters["domain"] ?? "";
  if (name.toLowerCase() !== tenant.domain) throw notFound(name);
  return answerOne(request, { version: "v1.0", path: "domains" }, domainOf(tenant), domainShape);
}
