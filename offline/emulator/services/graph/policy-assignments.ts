import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import { findApplication, seeApplication } from "./application-lookup";
import { authorize } from "./authorize";
import { assignedTo, defaultPolicyId, isAssigned } from "./effective-policy";
import { badRequest, notFound } from "./errors";
import { textsOf } from "./merge";
import { answerList, listOptions, type Place } from "./odata";
import { policyShape, renderPolicy } from "./policies";

const referenceBody = z.strictObject({ "@odata.id": z.string() });

/** Which app management policy an application has: none (the tenant's default holds) or one. */
export const policyAssignmentRoutes: readonly Route[] = [
  "/v1.0/applications/:id",
  "/v1.0/applications(appId=':clientId')",
].flatMap((owner): Route[] => {
  const path = `${owner}/appManagementPolicies`;
  return [
    { method: "GET", path, query: listOptions, handle: list },
    routeWithBody({ method: "POST", path: `${path}/$ref`, body: referenceBody, handle: assign }),
    { method: "DELETE", path: `${path}/:policyId/$ref`, handle: unassign },
  ];
});

function list(request: RouteRequest): RouteResponse {
  authorize(request, "readPolicies");
  const { id } = seeApplication(request);
  const found = request.caller.tenant.policies.allSeen().filter((policy) => isAssigned(policy.properties, id));
  const path = `applications/${id}/appManagementPolicies`;
  const place: Place = { version: "v1.0", path, metadata: "appManagementPolicies" };
  return answerList(request, place, found.map(renderPolicy), policyShape);
}

function assign(request: RouteRequest<z.infer<typeof referenceBody>>): RouteResponse {
  authorize(request, "assignPolicies");
  const { policies } = request.caller.tenant;
  const { id } = findApplication(request);
  const url = request.body["@odata.id"];
  const policyId = /\/policies\/appManagementPolicies\/([^/]+)$/i.exec(url)?.[1]?.toLowerCase();
  if (policyId === undefined || policyId === defaultPolicyId)
    throw badRequest(`Invalid URL format specified in @odata.id: '${url}'.`);
  const policy = policies.get(policyId);
  if (policy === undefined) throw notFound(policyId);
  // UNVERIFIED: the wording. Documented: an application has at most one policy.
  if (policies.all().some((other) => isAssigned(other.properties, id))) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'appManagementPolicies'.",
    );
  }
  policies.put({
    id: policy.id,
    properties: { ...policy.properties, [assignedTo]: [...textsOf(policy.properties[assignedTo]), id] },
  });
  return { status: 204 };
}

function unassign(request: RouteRequest): RouteResponse {
  authorize(request, "assignPolicies");
  const { policies } = request.caller.tenant;
  const { id } = findApplication(request);
  const policyId = (request.parameters["policyId"] ?? "").toLowerCase();
  const policy = policies.get(policyId);
  if (policy === undefined || !isAssigned(policy.properties, id)) throw notFound(policyId);
  const left = textsOf(policy.properties[assignedTo]).filter((entry) => entry !== id);
  policies.put({ id: policy.id, properties: { ...policy.properties, [assignedTo]: left } });
  return { status: 204 };
}
