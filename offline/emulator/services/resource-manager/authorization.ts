import type { Caller, RouteRequest } from "../../http/route";
import type { RoleAssignment } from "../../world/subscription";
import type { Tenant } from "../../world/world";
import { type ConcernedRole, conditionHolds } from "./conditions";
import { armError } from "./errors";
import { findRoleDefinition } from "./role-definitions";
import { canonicalScope, scopeReaches } from "./scopes";

/** Control plane (ARM) or data plane (inside a vault): a role lists the two apart, and `*` in one never means the other. */
export type Plane = "actions" | "dataActions";

/**
 * Whether an action such as `Microsoft.KeyVault/vaults/write` fits a pattern in which `*` stands for anything, slashes included.
 * A `*` between slashes may also stand for nothing: Microsoft describes roles with `vaults/` + `*` + `/read` as reading the vault itself
 * ("Key Vault Reader: read metadata of key vaults and its ..."). That Azure's engine matches so is UNVERIFIED.
 */
export function actionMatches(pattern: string, action: string): boolean {
  const literal = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const parts = pattern.split("/*/").map((part) => part.split("*").map(literal).join(".*"));
  return new RegExp(`^${parts.join("/(?:.*/)?")}$`, "i").test(action);
}

function roleAllows(assignment: RoleAssignment, plane: Plane, action: string): boolean {
  const role = findRoleDefinition(assignment.roleDefinitionId);
  if (role === undefined) return false;
  const denied = plane === "actions" ? role.notActions : [];
  // notActions only narrow this one role; another role may still allow the action.
  return (
    role[plane].some((pattern) => actionMatches(pattern, action)) &&
    !denied.some((pattern) => actionMatches(pattern, action))
  );
}

/** Role assignments in force, which lag behind the ones written: propagation is what `readLagSeconds` stands for here. */
const inForce = (tenant: Tenant, principalId: string): RoleAssignment[] =>
  tenant.roleAssignments.allSeen().filter((assignment) => assignment.principalId === principalId.toLowerCase());

/** Something that a principal would do at a scope. */
interface Act {
  readonly plane: Plane;
  readonly action: string;
  readonly scope: string;
  /** The role that the act gives or takes, where it is such an act. */
  readonly concerned?: ConcernedRole;
}

/** Whether a principal may do something, by any role assigned at its scope or above, whose condition holds. */
export function isAllowed(tenant: Tenant, principalId: string, { plane, action, scope, concerned }: Act): boolean {
  return inForce(tenant, principalId).some(
    (assignment) =>
      scopeReaches(assignment.scope, scope) &&
      roleAllows(assignment, plane, action) &&
      conditionHolds(assignment.condition, action, concerned),
  );
}

/** Whether a principal holds any role at a scope, above it or below it: what makes a subscription appear in a list. */
export function hasAnyRole(tenant: Tenant, principalId: string, scope: string): boolean {
  return inForce(tenant, principalId).some(
    (assignment) => scopeReaches(assignment.scope, scope) || scopeReaches(scope, assignment.scope),
  );
}

/** The roles that reach a scope for one principal: what `permissions` answers. */
export function rolesReaching(tenant: Tenant, principalId: string, scope: string): RoleAssignment[] {
  return inForce(tenant, principalId).filter((assignment) => scopeReaches(assignment.scope, scope));
}

/** How ARM names a caller in its refusals: a user by name, an application by client id. */
function callerName(caller: Caller): string {
  if (caller.isAppOnly) return caller.clientId;
  return caller.tenant.users.get(caller.objectId)?.userPrincipalName ?? caller.objectId;
}

/**
 * ARM's refusal of an action, in its own words. It names the condition wherever roles are given, also to those who hold no such role
 * (learn.microsoft.com/azure/role-based-access-control/troubleshooting); that it does so where roles are taken is UNVERIFIED.
 */
function authorizationFailed(caller: Caller, action: string, scope: string): Error {
  const isAboutRoles = /\/roleAssignments\/(?:write|delete)$/i.test(action);
  const lack = isAboutRoles ? "authorization or an ABAC condition not fulfilled" : "authorization";
  return armError(
    403,
    "AuthorizationFailed",
    `The client '${callerName(caller)}' with object id '${caller.objectId}' does not have ${lack} to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

/** Refuses the request unless its caller may do `action` at `scope`. Asked before existence, as ARM does: absence is not told to strangers. */
export function requireAction(
  request: Pick<RouteRequest, "caller">,
  action: string,
  scope: string,
  concerned?: ConcernedRole,
): void {
  const { caller } = request;
  const act = { plane: "actions", action, scope: canonicalScope(scope), concerned } as const;
  if (!isAllowed(caller.tenant, caller.objectId, act)) {
    throw authorizationFailed(caller, action, scope);
  }
}
