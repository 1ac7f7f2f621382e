import type { RouteRequest } from "../../http/route";
import type { ServicePrincipal } from "../../world/directory";
import { notFound } from "./errors";

/** The service principal that the path names, as it is. Writes use it. */
export function findPrincipal(request: RouteRequest): ServicePrincipal {
  return pick(request, request.caller.tenant.servicePrincipals.all());
}

/** The service principal that the path names, as a replica shows it. Reads use it. */
export function seePrincipal(request: RouteRequest): ServicePrincipal {
  return pick(request, request.caller.tenant.servicePrincipals.allSeen());
}

function pick(request: RouteRequest, principals: readonly ServicePrincipal[]): ServicePrincipal {
  const { id, clientId } = request.parameters;
  const name = (id ?? clientId ?? "").toLowerCase();
  const found = principals.find((principal) => (id === undefined ? principal.appId : principal.id) === name);
  if (found === undefined) throw notFound(id ?? clientId ?? "");
  return found;
}
