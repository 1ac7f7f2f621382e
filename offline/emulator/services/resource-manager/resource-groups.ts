import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { ResourceGroup } from "../../world/subscription";
import { resourcesVersions } from "./api-versions";
import { isAllowed, requireAction } from "./authorization";
import { armError } from "./errors";
import { normaliseLocation, requireGroupLocation } from "./locations";
import { groupOf, groupPathOf, subscriptionOf } from "./lookup";
import { pageOf, pagingOptions } from "./paging";
import { groupScope, subscriptionScope } from "./scopes";
import { softDeleteVault } from "./vault-lifecycle";

const base = "/subscriptions/:subscription/resourceGroups";
const one = `${base}/:group`;
const versions = { query: ["api-version"], apiVersions: resourcesVersions } as const;
const actionOf = (verb: "read" | "write" | "delete") => `Microsoft.Resources/subscriptions/resourceGroups/${verb}`;

const tags = z.record(z.string(), z.string());
const groupBody = z.strictObject({
  location: z.string().min(1),
  tags: tags.optional(),
  // Clients that read before they write send these back.
  id: z.string().optional(),
  name: z.string().optional(),
  type: z.string().optional(),
  properties: z.strictObject({ provisioningState: z.string().optional() }).optional(),
});
const groupPatch = z.strictObject({ name: z.string().optional(), tags: tags.optional() });

function groupAnswer(status: number, group: ResourceGroup): RouteResponse {
  const body = {
    id: groupScope(group),
    name: group.name,
    type: "Microsoft.Resources/resourceGroups",
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: "Succeeded" },
  };
  return { status, body };
}

function listGroups(request: RouteRequest): RouteResponse {
  const subscription = subscriptionOf(request);
  const { tenant, objectId } = request.caller;
  const visible = tenant.resourceGroups
    .all()
    .filter((group) => group.subscriptionId === subscription.id)
    .filter((group) =>
      isAllowed(tenant, objectId, { plane: "actions", action: actionOf("read"), scope: groupScope(group) }),
    );
  const path = `${subscriptionScope(subscription.id)}/resourceGroups`;
  return pageOf(
    request,
    path,
    visible.map((group) => groupAnswer(200, group).body),
  );
}

function putGroup(request: RouteRequest<z.infer<typeof groupBody>>): RouteResponse {
  const body = request.body;
  const path = groupPathOf(request);
  requireAction(request, actionOf("write"), path.scope);
  const { resourceGroups } = request.caller.tenant;
  const existing = resourceGroups.get(path.id);
  const location = normaliseLocation(body.location);
  requireGroupLocation(location);
  if (existing !== undefined && existing.location !== location) {
    throw armError(
      409,
      "InvalidResourceGroupLocation",
      `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
    );
  }
  if (!/^[-\w.()]{1,90}$/.test(path.name) || path.name.endsWith(".")) {
    throw armError(
      400,
      "InvalidResourceGroup",
      `The provided resource group name '${path.name}' has these invalid characters or length. The name can only be a letter, digit, '-', '.', '(', ')' or '_', is at most 90 characters long and does not end with '.'.`,
    );
  }
  const group: ResourceGroup = {
    id: path.id,
    subscriptionId: subscriptionOf(request).id,
    name: existing?.name ?? path.name,
    location,
    tags: body.tags ?? {},
  };
  resourceGroups.put(group);
  return groupAnswer(existing === undefined ? 201 : 200, group);
}

function patchGroup(request: RouteRequest<z.infer<typeof groupPatch>>): RouteResponse {
  const body = request.body;
  const group = groupOf(request, actionOf("write"));
  const changed = { ...group, tags: body.tags ?? group.tags };
  request.caller.tenant.resourceGroups.put(changed);
  return groupAnswer(200, changed);
}

/** Existence only. The caller's right is judged as for a read. */
function headGroup(request: RouteRequest): RouteResponse {
  const path = groupPathOf(request);
  requireAction(request, actionOf("read"), path.scope);
  return { status: request.caller.tenant.resourceGroups.get(path.id) === undefined ? 404 : 204 };
}

/** Deletes everything inside at once; the real service takes minutes and answers 202 first. Vaults stay recoverable. */
function deleteGroup(request: RouteRequest): RouteResponse {
  const group = groupOf(request, actionOf("delete"));
  const { world, caller } = request;
  const inside = caller.tenant.vaults
    .all()
    .filter((vault) => `${vault.subscriptionId}/${vault.resourceGroup.toLowerCase()}` === group.id);
  for (const vault of inside) softDeleteVault(caller.tenant, vault, world.clock.now());
  caller.tenant.resourceGroups.remove(group.id);
  return { status: 200 };
}

/** Resource groups: the project never creates or deletes one, but people and Azure CLI do. */
export const resourceGroupRoutes: readonly Route[] = [
  { method: "GET", path: base, query: pagingOptions, apiVersions: resourcesVersions, handle: listGroups },
  { method: "GET", path: one, ...versions, handle: (request) => groupAnswer(200, groupOf(request, actionOf("read"))) },
  { method: "HEAD", path: one, ...versions, handle: headGroup },
  routeWithBody({ method: "PUT", path: one, ...versions, body: groupBody, handle: putGroup }),
  routeWithBody({ method: "PATCH", path: one, ...versions, body: groupPatch, handle: patchGroup }),
  { method: "DELETE", path: one, ...versions, handle: deleteGroup },
];
