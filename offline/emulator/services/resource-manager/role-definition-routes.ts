import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import { authorizationVersions, roleDefinitionVersions } from "./api-versions";
import { assignmentScopeOf } from "./assignment-scope";
import { requireAction, rolesReaching } from "./authorization";
import { armError, badRequest } from "./errors";
import { pageOf } from "./paging";
import { findRoleDefinition, type RoleDefinition, roleDefinitions } from "./role-definitions";
import { subscriptionScope } from "./scopes";

const collection = "providers/Microsoft.Authorization/roleDefinitions";
const versions = { query: ["api-version"], apiVersions: roleDefinitionVersions } as const;
const listOptions = ["api-version", "$filter"];

function definitionAnswer(role: RoleDefinition, prefix: string): object {
  return {
    id: `${prefix}/${collection}/${role.id}`,
    name: role.id,
    type: "Microsoft.Authorization/roleDefinitions",
    properties: {
      roleName: role.roleName,
      type: "BuiltInRole",
      description: role.description,
      assignableScopes: ["/"],
      permissions: [permissionOf(role)],
    },
  };
}

const permissionOf = (role: RoleDefinition) => ({
  actions: role.actions,
  notActions: role.notActions,
  dataActions: role.dataActions,
  notDataActions: [],
});

/** Ids of definitions name the subscription they were asked in, or none. */
function prefixOf(request: RouteRequest): string {
  if (request.parameters["scope"] === undefined) return "";
  const [, , subscriptionId = ""] = assignmentScopeOf(request).split("/");
  return subscriptionScope(subscriptionId);
}

function requireRead(request: RouteRequest): void {
  // Microsoft's built-in roles are readable by whoever can sign in when no scope is named.
  if (request.parameters["scope"] === undefined) return;
  requireAction(request, "Microsoft.Authorization/roleDefinitions/read", assignmentScopeOf(request));
}

function getDefinition(request: RouteRequest): RouteResponse {
  requireRead(request);
  const id = request.parameters["role"] ?? "";
  const role = findRoleDefinition(id);
  if (role === undefined) {
    throw armError(404, "RoleDefinitionDoesNotExist", `The specified role definition with ID '${id}' does not exist.`);
  }
  return { status: 200, body: definitionAnswer(role, prefixOf(request)) };
}

function listDefinitions(request: RouteRequest): RouteResponse {
  requireRead(request);
  const prefix = prefixOf(request);
  const roles = roleDefinitions.filter(parseFilter(request.query["$filter"]));
  return pageOf(
    request,
    `${prefix}/${collection}`,
    roles.map((role) => definitionAnswer(role, prefix)),
  );
}

/** `roleName eq '...'`, `type eq 'BuiltInRole'`, `atScopeAndBelow()`, joined by `and`. All roles here are built in. */
function parseFilter(text: string | undefined): (role: RoleDefinition) => boolean {
  const parts = text === undefined ? [] : text.split(/\s+and\s+/i).map((part) => part.trim());
  const checks = parts.map((part) => {
    const name = /^roleName\s+eq\s+'((?:[^']|'')*)'$/i.exec(part)?.[1]?.replaceAll("''", "'");
    if (name !== undefined) return (role: RoleDefinition) => role.roleName.toLowerCase() === name.toLowerCase();
    const type = /^type\s+eq\s+'(\w+)'$/i.exec(part)?.[1];
    if (type !== undefined) return () => type.toLowerCase() === "builtinrole";
    if (/^atScopeAndBelow\(\)$/i.test(part)) return () => true;
    throw badRequest(
      `The filter '${part}' is not supported. Supported filters are roleName eq '{name}', type eq '{type}' and atScopeAndBelow().`,
    );
  });
  return (role) => checks.every((check) => check(role));
}

/** What the caller itself may do at a scope: no right is needed to ask. */
function listPermissions(request: RouteRequest): RouteResponse {
  const scope = assignmentScopeOf(request);
  const { tenant, objectId } = request.caller;
  const roles = rolesReaching(tenant, objectId, scope).flatMap(
    (each) => findRoleDefinition(each.roleDefinitionId) ?? [],
  );
  return { status: 200, body: { value: roles.map(permissionOf) } };
}

/** Built-in role definitions, and the caller's own permissions at a scope. */
export const roleDefinitionRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `/${collection}`,
    query: listOptions,
    apiVersions: roleDefinitionVersions,
    handle: listDefinitions,
  },
  { method: "GET", path: `/${collection}/:role`, ...versions, handle: getDefinition },
  {
    method: "GET",
    path: `/*scope/${collection}`,
    query: listOptions,
    apiVersions: roleDefinitionVersions,
    handle: listDefinitions,
  },
  { method: "GET", path: `/*scope/${collection}/:role`, ...versions, handle: getDefinition },
  {
    method: "GET",
    path: "/*scope/providers/Microsoft.Authorization/permissions",
    query: ["api-version"],
    apiVersions: authorizationVersions,
    handle: listPermissions,
  },
];
