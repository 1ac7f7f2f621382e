import type { RouteRequest } from "../../http/route";
import type {
  Application,
  AppRoleAssignment,
  DeletedObject,
  Grant,
  ServicePrincipal,
  User,
} from "../../world/directory";
import type { Tenant } from "../../world/world";
import { badRequest, duplicate } from "./errors";

interface Ties {
  readonly grants: readonly Grant[];
  readonly assignments: readonly AppRoleAssignment[];
}

/** Grants and assignments of soft-deleted principals: hidden from every list, and restored with the principal. */
const cut = new WeakMap<Tenant, Map<string, Ties>>();

/** Soft-deletes an application and, as in its home tenant, its service principal. */
export function deleteApplication(request: RouteRequest, application: Application): void {
  const { tenant } = request.caller;
  const principal = tenant.servicePrincipals.all().find((candidate) => candidate.appId === application.appId);
  if (principal !== undefined) deletePrincipal(request, principal);
  tenant.applications.remove(application.id);
  bury(request, "application", application);
}

/** Soft-deletes a service principal with its grants and assignments. Microsoft's own are refused. */
export function deletePrincipal(request: RouteRequest, principal: ServicePrincipal): void {
  const { tenant } = request.caller;
  if (principal.isFirstParty) throw badRequest("Specified App Principal ID is Microsoft Internal.");
  const ties: Ties = {
    grants: tenant.grants.all().filter((grant) => grant.clientId === principal.id || grant.resourceId === principal.id),
    assignments: tenant.assignments
      .all()
      .filter((assignment) => assignment.principalId === principal.id || assignment.resourceId === principal.id),
  };
  for (const grant of ties.grants) tenant.grants.remove(grant.id);
  for (const assignment of ties.assignments) tenant.assignments.remove(assignment.id);
  const byPrincipal = cut.get(tenant) ?? new Map<string, Ties>();
  cut.set(tenant, byPrincipal.set(principal.id, ties));
  tenant.servicePrincipals.remove(principal.id);
  bury(request, "servicePrincipal", principal);
}

function bury(request: RouteRequest, type: DeletedObject["type"], object: DeletedObject["object"]): void {
  const deletedDateTime = `${request.world.clock.now().toISOString().slice(0, 19)}Z`;
  request.caller.tenant.deleted.put({ id: object.id, type, deletedDateTime, object });
}

/**
 * Brings a soft-deleted object back. An application comes back with its service principal. UNVERIFIED: documented for the admin centre;
 * whether Graph's call alone restores both is not said.
 */
export function restore(tenant: Tenant, deleted: DeletedObject): void {
  if (deleted.type === "application") restoreApplication(tenant, deleted.object as Application);
  if (deleted.type === "servicePrincipal") restorePrincipal(tenant, deleted.object as ServicePrincipal);
  if (deleted.type === "user") tenant.users.put(deleted.object as User);
  tenant.deleted.remove(deleted.id);
}

function restoreApplication(tenant: Tenant, application: Application): void {
  tenant.applications.put(application);
  const principal = tenant.deleted
    .all()
    .find(
      (entry) => entry.type === "servicePrincipal" && (entry.object as ServicePrincipal).appId === application.appId,
    );
  if (principal !== undefined) restore(tenant, principal);
}

function restorePrincipal(tenant: Tenant, principal: ServicePrincipal): void {
  if (tenant.servicePrincipals.all().some((other) => other.appId === principal.appId)) {
    throw duplicate(
      "The service principal cannot be created, updated, or restored because the service principal name " +
        `${principal.appId} is already in use.`,
    );
  }
  tenant.servicePrincipals.put(principal);
  const ties = cut.get(tenant)?.get(principal.id);
  for (const grant of ties?.grants ?? []) tenant.grants.put(grant);
  for (const assignment of ties?.assignments ?? []) tenant.assignments.put(assignment);
}

/** Removes a soft-deleted object permanently. Purging an application leaves its soft-deleted principal. */
export function purge(tenant: Tenant, deleted: DeletedObject): void {
  tenant.deleted.remove(deleted.id);
  cut.get(tenant)?.delete(deleted.id);
}
