import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import { applicationShape, renderApplication } from "./application-shape";
import { authorize } from "./authorize";
import { assignedTo, defaultPolicyId, initialDefaultPolicy } from "./effective-policy";
import { badRequest, notFound } from "./errors";
import { merge, textsOf } from "./merge";
import { answerList, answerMade, answerOne, listOptions, type Place, readOptions } from "./odata";
import type { EntityShape } from "./odata-shape";
import { checkRestrictions, defaultPolicyBody, newPolicyBody, policyBody } from "./policy-body";

const noRestrictions: JsonObject = { passwordCredentials: [], keyCredentials: [] };
const defaults: JsonObject = { displayName: null, description: null, isEnabled: false, restrictions: noRestrictions };

const defaultShape: EntityShape = {
  resource: "TenantAppManagementPolicy",
  properties: [
    "id",
    "displayName",
    "description",
    "isEnabled",
    "applicationRestrictions",
    "servicePrincipalRestrictions",
  ],
  filterable: [],
  sortable: [],
  searchable: [],
};
/** The lists of app management policies, of the tenant and of an application. */
export const policyShape: EntityShape = {
  resource: "AppManagementPolicy",
  properties: ["id", "displayName", "description", "isEnabled", "restrictions"],
  filterable: ["id", "displayName"],
  sortable: [],
  searchable: [],
};

const defaultPath = "/v1.0/policies/defaultAppManagementPolicy";
const path = "/v1.0/policies/appManagementPolicies";
const place: Place = { version: "v1.0", path: "policies/appManagementPolicies" };

/** The tenant's default for credentials of applications, and the policies that override it for single ones. */
export const policyRoutes: readonly Route[] = [
  { method: "GET", path: defaultPath, query: readOptions, handle: readDefault },
  routeWithBody({ method: "PATCH", path: defaultPath, body: defaultPolicyBody, handle: updateDefault }),
  { method: "GET", path, query: listOptions, handle: list },
  routeWithBody({ method: "POST", path, body: newPolicyBody, handle: create }),
  { method: "GET", path: `${path}/:policyId`, query: readOptions, handle: read },
  routeWithBody({ method: "PATCH", path: `${path}/:policyId`, body: policyBody, handle: update }),
  { method: "DELETE", path: `${path}/:policyId`, handle: remove },
  { method: "GET", path: `${path}/:policyId/appliesTo`, query: listOptions, handle: listTargets },
];

interface Policy {
  readonly id: string;
  readonly properties: JsonObject;
}

/** A policy as Graph returns it. */
export function renderPolicy({ id, properties }: Policy): JsonObject {
  const { [assignedTo]: _, ...shown } = properties;
  return { id, ...shown };
}

function readDefault(request: RouteRequest): RouteResponse {
  authorize(request, "readPolicies");
  const properties = request.caller.tenant.policies.seen(defaultPolicyId)?.properties ?? initialDefaultPolicy;
  const at: Place = { version: "v1.0", path: "policies/defaultAppManagementPolicy" };
  return answerOne(request, at, { id: defaultPolicyId, ...properties }, defaultShape);
}

function updateDefault(request: RouteRequest<z.infer<typeof defaultPolicyBody>>): RouteResponse {
  authorize(request, "writePolicies");
  const { policies } = request.caller.tenant;
  const current = policies.get(defaultPolicyId)?.properties ?? initialDefaultPolicy;
  const properties = merge(current, writable(request.body), initialDefaultPolicy);
  checkRestrictions(properties);
  policies.put({ id: defaultPolicyId, properties });
  return { status: 204 };
}

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readPolicies");
  const found = request.caller.tenant.policies.allSeen().filter((policy) => policy.id !== defaultPolicyId);
  return answerList(request, place, found.map(renderPolicy), policyShape);
}

function find(request: RouteRequest): Policy {
  const id = (request.parameters["policyId"] ?? "").toLowerCase();
  const policy = id === defaultPolicyId ? undefined : request.caller.tenant.policies.get(id);
  if (policy === undefined) throw notFound(id);
  return policy;
}

function read(request: RouteRequest): RouteResponse {
  authorize(request, "readPolicies");
  return answerOne(request, place, renderPolicy(find(request)), policyShape);
}

function create(request: RouteRequest<z.infer<typeof newPolicyBody>>): RouteResponse {
  authorize(request, "writePolicies");
  const properties = merge(defaults, writable(request.body), defaults);
  checkRestrictions(properties);
  const policy: Policy = { id: randomUUID(), properties };
  request.caller.tenant.policies.put(policy);
  return answerMade(request, place, renderPolicy(policy), policyShape);
}

function update(request: RouteRequest<z.infer<typeof policyBody>>): RouteResponse {
  authorize(request, "writePolicies");
  const policy = find(request);
  const properties = merge(policy.properties, writable(request.body), defaults);
  checkRestrictions(properties);
  request.caller.tenant.policies.put({ id: policy.id, properties });
  return { status: 204 };
}

/** UNVERIFIED: the refusal of a policy that is still assigned. */
function remove(request: RouteRequest): RouteResponse {
  authorize(request, "writePolicies");
  const policy = find(request);
  if (textsOf(policy.properties[assignedTo]).length > 0)
    throw badRequest("The policy is assigned to an application and cannot be deleted.");
  request.caller.tenant.policies.remove(policy.id);
  return { status: 204 };
}

function listTargets(request: RouteRequest): RouteResponse {
  authorize(request, "readApplications");
  const { tenant } = request.caller;
  const policy = find(request);
  const found = textsOf(policy.properties[assignedTo])
    .map((id) => tenant.applications.seen(id))
    .filter((application) => application !== undefined)
    .map((application) => ({
      "@odata.type": "#microsoft.graph.application",
      ...renderApplication(application, tenant.domain),
    }));
  const at: Place = {
    version: "v1.0",
    path: `policies/appManagementPolicies/${policy.id}/appliesTo`,
    metadata: "directoryObjects",
  };
  return answerList(request, at, found, applicationShape);
}

function writable(body: object): JsonObject {
  const { id: _id, Id: _Id, ...rest } = body as Readonly<Record<string, unknown>>;
  // The schema has checked the body: what is left is JSON.
  return rest as JsonObject;
}
