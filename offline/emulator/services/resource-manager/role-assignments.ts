import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { RoleAssignment } from "../../world/subscription";
import type { Tenant } from "../../world/world";
import { authorizationVersions } from "./api-versions";
import { assignmentScopeOf, requireScopeExists } from "./assignment-scope";
import { requireAction } from "./authorization";
import { checkedCondition } from "./conditions";
import { armError, badRequest } from "./errors";
import { pageOf, pagingOptions } from "./paging";
import { findRoleDefinition } from "./role-definitions";
import { canonicalScope, displayScope, scopeReaches, subscriptionScope } from "./scopes";

const all = "/*scope/providers/Microsoft.Authorization/roleAssignments";
const one = `${all}/:assignment`;
const versions = { query: ["api-version"], apiVersions: authorizationVersions } as const;
const actionOf = (verb: "read" | "write" | "delete") => `Microsoft.Authorization/roleAssignments/${verb}`;

/** `RoleAssignmentCreateParameters` of 2022-04-01; of conditions the one that `conditions.ts` can evaluate. */
const assignmentBody = z.strictObject({
  properties: z.strictObject({
    roleDefinitionId: z.string().min(1),
    principalId: z.uuid(),
    principalType: z.enum(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]).optional(),
    description: z.string().nullish(),
    condition: z.string().nullish(),
    conditionVersion: z.string().nullish(),
  }),
});

function assignmentAnswer(tenant: Tenant, assignment: RoleAssignment): object {
  const scope = displayScope(tenant, assignment.scope);
  const [, , subscriptionId = ""] = scope.split("/");
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`,
    name: assignment.name,
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `${subscriptionScope(subscriptionId)}/providers/Microsoft.Authorization/roleDefinitions/${assignment.roleDefinitionId}`,
      principalId: assignment.principalId,
      principalType: assignment.principalType,
      scope,
      condition: assignment.condition,
      conditionVersion: assignment.conditionVersion,
      description: assignment.description,
      createdOn: assignment.createdOn,
    },
  };
}

const idOf = (scope: string, name: string): string =>
  `${scope}/providers/microsoft.authorization/roleassignments/${name.toLowerCase()}`;

function getAssignment(request: RouteRequest): RouteResponse {
  const scope = assignmentScopeOf(request);
  requireAction(request, actionOf("read"), scope);
  const { tenant } = request.caller;
  const name = request.parameters["assignment"] ?? "";
  const assignment = tenant.roleAssignments.get(idOf(scope, name));
  if (assignment === undefined) {
    throw armError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
  }
  return { status: 200, body: assignmentAnswer(tenant, assignment) };
}

function putAssignment(request: RouteRequest<z.infer<typeof assignmentBody>>): RouteResponse {
  const scope = assignmentScopeOf(request);
  const { properties } = request.body;
  requireAction(request, actionOf("write"), scope, guidOf(properties.roleDefinitionId));
  requireScopeExists(request, scope);
  const { tenant } = request.caller;
  const wanted = wantedAssignment(request, scope);
  const existing = tenant.roleAssignments.all().find(({ name }) => name === wanted.name);
  if (existing !== undefined) refuseOtherContent(existing, wanted);
  else refuseDuplicate(tenant, wanted);
  const assignment = { ...wanted, createdOn: existing?.createdOn ?? wanted.createdOn };
  tenant.roleAssignments.put(assignment);
  return { status: existing === undefined ? 201 : 200, body: assignmentAnswer(tenant, assignment) };
}

function wantedAssignment(request: RouteRequest<z.infer<typeof assignmentBody>>, scope: string): RoleAssignment {
  const { properties } = request.body;
  const name = (request.parameters["assignment"] ?? "").toLowerCase();
  if (!z.uuid().safeParse(name).success) {
    throw armError(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  const role = roleOf(properties.roleDefinitionId);
  return {
    id: idOf(scope, name),
    name,
    scope,
    roleDefinitionId: role,
    principalId: properties.principalId.toLowerCase(),
    principalType: checkedPrincipalType(request, properties.principalId.toLowerCase(), properties.principalType),
    description: properties.description ?? null,
    ...checkedCondition(properties),
    createdOn: request.world.clock.now().toISOString(),
  };
}

const guidOf = (roleDefinitionId: string): string => roleDefinitionId.split("/").at(-1) ?? "";

function roleOf(roleDefinitionId: string): string {
  const guid = guidOf(roleDefinitionId);
  const role = findRoleDefinition(guid);
  if (role === undefined || !/\/providers\/microsoft\.authorization\/roledefinitions\//i.test(roleDefinitionId)) {
    throw armError(
      400,
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${guid}' does not exist.`,
    );
  }
  return role.id;
}

/**
 * Without a type the directory is asked, and a principal that it does not show yet is refused; with one the caller vouches for it. This is
 * Microsoft's documented way around replication delay of a principal that was just created.
 */
function checkedPrincipalType(request: RouteRequest, principalId: string, given: string | undefined): string {
  const { tenant } = request.caller;
  const actual = actualType(tenant, principalId);
  if (given === undefined && actual === undefined) {
    throw armError(
      400,
      "PrincipalNotFound",
      `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${tenant.id}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    );
  }
  if (given !== undefined && actual !== undefined && given !== actual) {
    throw armError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId.replaceAll("-", "")}' has type '${actual}' , which is different from specified PrinciaplType '${given}'.`,
    );
  }
  return given ?? actual ?? "ServicePrincipal";
}

/** As a replica shows it: this is the replication delay. */
function actualType(tenant: Tenant, principalId: string): string | undefined {
  if (tenant.servicePrincipals.seen(principalId) !== undefined) return "ServicePrincipal";
  return tenant.users.seen(principalId) === undefined ? undefined : "User";
}

/** A name belongs to one assignment in the whole tenant, and only its description and condition can change. Status UNVERIFIED (a deployment shows "BadRequest"). */
function refuseOtherContent(existing: RoleAssignment, wanted: RoleAssignment): void {
  const fixed = ["scope", "principalId", "roleDefinitionId", "principalType"] as const;
  if (fixed.every((field) => existing[field] === wanted[field])) return;
  throw armError(
    400,
    "RoleAssignmentUpdateNotPermitted",
    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
  );
}

function refuseDuplicate(tenant: Tenant, wanted: RoleAssignment): void {
  const same = tenant.roleAssignments
    .all()
    .find(
      (each) =>
        each.scope === wanted.scope &&
        each.principalId === wanted.principalId &&
        each.roleDefinitionId === wanted.roleDefinitionId,
    );
  if (same === undefined) return;
  throw armError(
    409,
    "RoleAssignmentExists",
    `The role assignment already exists. The ID of the existing role assignment is ${same.name.replaceAll("-", "")}.`,
  );
}

function deleteAssignment(request: RouteRequest): RouteResponse {
  const scope = assignmentScopeOf(request);
  const { tenant } = request.caller;
  const id = idOf(scope, request.parameters["assignment"] ?? "");
  const existing = tenant.roleAssignments.get(id);
  requireAction(request, actionOf("delete"), scope, existing?.roleDefinitionId ?? null);
  if (existing === undefined) return { status: 204 };
  // Rendered first: a scope's own name is no longer needed afterwards, but the answer must read as it did.
  const body = assignmentAnswer(tenant, existing);
  tenant.roleAssignments.remove(id);
  return { status: 200, body };
}

/** Lists what applies to a scope: assignments at, above and below it, or with `atScope()` only at and above. Answered by a replica. */
function listAssignments(request: RouteRequest): RouteResponse {
  const scope = assignmentScopeOf(request);
  requireAction(request, actionOf("read"), scope);
  const { tenant } = request.caller;
  const filter = parseFilter(request.query["$filter"]);
  const items = tenant.roleAssignments
    .allSeen()
    .filter((each) => scopeReaches(each.scope, scope) || (!filter.isAtScope && scopeReaches(scope, each.scope)))
    .filter((each) => filter.principalId === undefined || each.principalId === filter.principalId)
    .map((each) => assignmentAnswer(tenant, each));
  const path = `${displayScope(tenant, canonicalScope(scope))}/providers/Microsoft.Authorization/roleAssignments`;
  return pageOf(request, path, items);
}

/** `atScope()`, `principalId eq '...'`, `assignedTo('...')`, joined by `and`. There are no groups here, so the last two mean the same. */
function parseFilter(text: string | undefined): {
  readonly isAtScope: boolean;
  readonly principalId: string | undefined;
} {
  let isAtScope = false;
  let principalId: string | undefined;
  for (const part of text === undefined ? [] : text.split(/\s+and\s+/i)) {
    const principal = /^\s*(?:principalId\s+eq\s+'([^']+)'|assignedTo\('([^']+)'\))\s*$/i.exec(part);
    if (/^\s*atScope\(\)\s*$/i.test(part)) isAtScope = true;
    else if (principal !== null) principalId = principalGuid(principal[1] ?? principal[2] ?? "");
    else {
      throw badRequest(
        `The filter '${part.trim()}' is not supported. Supported filters are atScope(), principalId eq '{id}' and assignedTo('{id}').`,
      );
    }
  }
  return { isAtScope, principalId };
}

/** That a filter's id is held to the same rule as an assignment's (https://github.com/Azure/azure-powershell/issues/16627) is UNVERIFIED. */
function principalGuid(principalId: string): string {
  if (z.guid().safeParse(principalId).success) return principalId.toLowerCase();
  const message = `The Principal ID '${principalId}' is not valid. Principal ID must be a GUID.`;
  throw armError(400, "InvalidPrincipalId", message);
}

/** Role assignments at a subscription, group, vault or single secret (Microsoft.Authorization 2022-04-01). */
export const roleAssignmentRoutes: readonly Route[] = [
  {
    method: "GET",
    path: all,
    query: [...pagingOptions, "$filter"],
    apiVersions: authorizationVersions,
    handle: listAssignments,
  },
  { method: "GET", path: one, ...versions, handle: getAssignment },
  routeWithBody({ method: "PUT", path: one, ...versions, body: assignmentBody, handle: putAssignment }),
  { method: "DELETE", path: one, ...versions, handle: deleteAssignment },
];
