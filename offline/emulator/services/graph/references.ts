import type { RouteRequest } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { renderApplication } from "./application-shape";
import { badRequest, notFound } from "./errors";
import { renderPrincipal } from "./principal-shape";
import { renderUser } from "./user-shape";

/** Hosts in references: azuread writes the endpoint that it calls, other clients write Microsoft's. */
const microsoftGraphOrigin = "https://graph.microsoft.com";
const reference =
  /^\/(?:v1\.0|beta)\/(?:[\w-]+\/)?(?:directoryObjects|users|servicePrincipals)(?:\/([^/()]+)|\('([^']+)'\))$/i;

/** The id in a reference such as `https://graph.microsoft.com/v1.0/directoryObjects/<id>`. */
export function readReference(request: RouteRequest, url: string): string {
  const origins = [request.world.addresses.origin, microsoftGraphOrigin];
  const origin = origins.find((candidate) => url.toLowerCase().startsWith(`${candidate.toLowerCase()}/`));
  const match = origin === undefined ? null : reference.exec(url.slice(origin.length));
  const id = match?.[1] ?? match?.[2];
  if (id === undefined) throw badRequest(`Invalid URL format specified in @odata.id: '${url}'.`);
  return decodeURIComponent(id).toLowerCase();
}

/** Reads owners to bind: users and service principals that exist now. */
export function readOwnerReferences(request: RouteRequest, urls: readonly string[]): string[] {
  return urls.map((url) => {
    const id = readReference(request, url);
    if (!canOwn(request.caller.tenant, id)) throw notFound(id);
    return id;
  });
}

/** Whether the object exists and is of a kind that owns applications. */
export function canOwn(tenant: Tenant, id: string): boolean {
  return tenant.users.get(id) !== undefined || tenant.servicePrincipals.get(id) !== undefined;
}

/** A directory object of any type as Graph answers it in mixed collections, with its type; undefined when a replica does not show it. */
export function renderDirectoryObject(tenant: Tenant, id: string): JsonObject | undefined {
  const user = tenant.users.seen(id);
  if (user !== undefined) return { "@odata.type": "#microsoft.graph.user", ...renderUser(user, tenant) };
  const principal = tenant.servicePrincipals.seen(id);
  if (principal !== undefined)
    return { "@odata.type": "#microsoft.graph.servicePrincipal", ...renderPrincipal(principal) };
  const application = tenant.applications.seen(id);
  if (application === undefined) return undefined;
  return { "@odata.type": "#microsoft.graph.application", ...renderApplication(application, tenant.domain) };
}
