import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import { authorize } from "./authorize";
import { directoryRoleShape, directoryRolesOf } from "./directory-roles";
import { answerList, listOptions, type Place } from "./odata";
import { seePrincipal } from "./principal-lookup";

/**
 * What a service principal is a member of. The emulated tenants have no groups, so only directory roles.
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-transitivememberof
 */
export const principalMembershipRoutes: readonly Route[] = [
  "/v1.0/servicePrincipals/:id",
  "/v1.0/servicePrincipals(appId=':clientId')",
].flatMap((owner): Route[] =>
  ["memberOf", "transitiveMemberOf"].map((segment) => ({
    method: "GET",
    path: `${owner}/${segment}`,
    query: listOptions,
    handle: (request) => list(request, segment),
  })),
);

function list(request: RouteRequest, segment: string): RouteResponse {
  authorize(request, "readPrincipalMemberships");
  const principal = seePrincipal(request);
  const at: Place = {
    version: "v1.0",
    path: `servicePrincipals/${principal.id}/${segment}`,
    metadata: "directoryObjects",
  };
  return answerList(request, at, directoryRolesOf(principal), directoryRoleShape);
}
