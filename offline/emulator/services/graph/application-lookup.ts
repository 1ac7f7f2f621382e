import type { RouteRequest } from "../../http/route";
import type { Application } from "../../world/directory";
import { notFound } from "./errors";

/**
 * The application that the path names, as it is. Writes use it. A replica must know the application first: a write soon after
 * the creation is "not found", which is why the azuread provider writes a name twice and retries, before it reads.
 */
export function findApplication(request: RouteRequest): Application {
  seeApplication(request);
  return pick(request, request.caller.tenant.applications.all());
}

/** The application that the path names, as a replica shows it. Reads use it. */
export function seeApplication(request: RouteRequest): Application {
  return pick(request, request.caller.tenant.applications.allSeen());
}

function pick(request: RouteRequest, applications: readonly Application[]): Application {
  const { id, clientId, uniqueName } = request.parameters;
  const name = (id ?? clientId ?? uniqueName ?? "").toLowerCase();
  const found = applications.find((application) => {
    if (id !== undefined) return application.id === name;
    if (clientId !== undefined) return application.appId === name;
    return application.properties["uniqueName"] === uniqueName;
  });
  if (found === undefined) throw notFound(id ?? clientId ?? uniqueName ?? "");
  return found;
}
