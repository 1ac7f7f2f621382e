import type { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import type { Vault } from "../../world/subscription";
import type { World } from "../../world/world";
import { keyVaultVersions } from "./api-versions";
import { isAllowed } from "./authorization";
import { armError, badRequest } from "./errors";
import { normaliseLocation, requireLocation } from "./locations";
import { groupOf, subscriptionOf, type VaultPath, vaultOf, vaultPathOf } from "./lookup";
import { pageOf, pagingOptions } from "./paging";
import { canonicalScope, groupScope, subscriptionScope, vaultScope } from "./scopes";
import { findDeletedVault, findVault, recoverVault, softDeleteVault } from "./vault-lifecycle";
import { changedVaultProperties, changesPermissionModel, newVaultProperties, vaultNameProblem } from "./vault-rules";
import { vaultBody, vaultPatch } from "./vault-schema";

const inGroup = "/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.KeyVault/vaults";
const one = `${inGroup}/:vault`;
const versions = { query: ["api-version"], apiVersions: keyVaultVersions } as const;
const actionOf = (verb: "read" | "write" | "delete") => `Microsoft.KeyVault/vaults/${verb}`;

/** A vault as ARM answers it. */
function vaultAnswer(world: World, vault: Vault): object {
  return {
    id: vaultScope(vault),
    name: vault.name,
    type: "Microsoft.KeyVault/vaults",
    location: vault.location,
    tags: vault.tags,
    properties: {
      ...vault.properties,
      vaultUri: `https://${vault.id}.${world.addresses.keyVaultSuffix}/`,
      provisioningState: "Succeeded",
    },
  };
}

function getVault(request: RouteRequest): RouteResponse {
  return { status: 200, body: vaultAnswer(request.world, vaultOf(request, actionOf("read"))) };
}

function listInGroup(request: RouteRequest): RouteResponse {
  const group = groupOf(request, actionOf("read"));
  const vaults = request.caller.tenant.vaults.all().filter((vault) => isIn(group.id, vault));
  return pageOf(request, `${groupScope(group)}/providers/Microsoft.KeyVault/vaults`, answers(request, vaults));
}

/** Lists over a subscription show what the caller may read; a caller who may read nothing gets an empty list. */
function listInSubscription(request: RouteRequest): RouteResponse {
  const path = `${subscriptionScope(subscriptionOf(request).id)}/providers/Microsoft.KeyVault/vaults`;
  return pageOf(request, path, answers(request, readableVaults(request)));
}

/** There are none here, which `az keyvault list` and `list-deleted` ask for along with the vaults. */
function listNothing(request: RouteRequest): RouteResponse {
  subscriptionOf(request);
  return { status: 200, body: { value: [] } };
}

/** What Azure CLI sends to list vaults, and to find one by its name. */
const vaultFilter = /^resourcetype eq 'microsoft\.keyvault\/vaults'(?: and name eq '(?<name>[^']+)')?$/i;

/** The older general list, which Azure CLI still uses for `az keyvault list` and for `show` without a group. */
function listResources(request: RouteRequest): RouteResponse {
  const filter = request.query["$filter"] ?? "";
  const wanted = vaultFilter.exec(filter.replace(/\s+/g, " "));
  if (wanted === null) {
    throw badRequest(
      `This emulator lists vaults only ($filter=resourceType eq 'Microsoft.KeyVault/vaults' [and name eq '…']), got '${filter}'.`,
    );
  }
  const name = wanted.groups?.["name"]?.toLowerCase();
  const path = `${subscriptionScope(subscriptionOf(request).id)}/resources`;
  const vaults = readableVaults(request).filter((vault) => name === undefined || vault.id === name);
  const items = vaults.map((vault) => {
    return {
      id: vaultScope(vault),
      name: vault.name,
      type: "Microsoft.KeyVault/vaults",
      location: vault.location,
      tags: vault.tags,
    };
  });
  return pageOf(request, path, items);
}

function readableVaults(request: RouteRequest): Vault[] {
  const { id } = subscriptionOf(request);
  const { tenant, objectId } = request.caller;
  return tenant.vaults
    .all()
    .filter((vault) => vault.subscriptionId === id)
    .filter((vault) =>
      isAllowed(tenant, objectId, { plane: "actions", action: actionOf("read"), scope: vaultScope(vault) }),
    );
}

const isIn = (groupId: string, vault: Vault) =>
  `${vault.subscriptionId}/${vault.resourceGroup.toLowerCase()}` === groupId;
const answers = (request: RouteRequest, vaults: readonly Vault[]) =>
  vaults.map((vault) => vaultAnswer(request.world, vault));

function putVault(request: RouteRequest<z.infer<typeof vaultBody>>): RouteResponse {
  const path = vaultPathOf(request, actionOf("write"));
  if (path.existing !== undefined) return updateVault(request, path.existing);
  const { properties } = request.body;
  if (properties.createMode === "recover") return recover(request, path);
  return createVault(request, path);
}

function createVault(request: RouteRequest<z.infer<typeof vaultBody>>, path: VaultPath): RouteResponse {
  const body = request.body;
  const problem = vaultNameProblem(path.name);
  if (problem !== undefined) throw armError(400, "VaultNameNotValid", problem);
  requireLocation(normaliseLocation(body.location), "Microsoft.KeyVault/vaults");
  refuseTakenName(request.world, path);
  const vault: Vault = {
    id: path.name.toLowerCase(),
    name: path.name,
    subscriptionId: path.group.subscriptionId,
    resourceGroup: path.group.name,
    location: normaliseLocation(body.location),
    tags: body.tags ?? {},
    properties: newVaultProperties(body.properties, request.query["api-version"] ?? ""),
  };
  request.caller.tenant.vaults.put(vault);
  return { status: 201, body: vaultAnswer(request.world, vault) };
}

/** The name of a vault is a host name, so it is taken for everybody, and stays taken while a deleted vault can be recovered. */
function refuseTakenName(world: World, path: VaultPath): void {
  const deleted = findDeletedVault(world, path.name);
  if (deleted?.vault.subscriptionId === path.group.subscriptionId) {
    throw armError(
      409,
      "ConflictError",
      "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
    );
  }
  if (deleted === undefined && findVault(world, path.name) === undefined) return;
  throw armError(
    409,
    "VaultAlreadyExists",
    `The vault name '${path.name}' is already in use. Vault names are globally unique so it is possible that the name is already taken. If you are sure that the vault name was not taken then it is possible that a vault with the same name was recently deleted but not purged after being placed in a recoverable state. If the vault is in a recoverable state then the vault will need to be purged before reusing the name. For more information on soft delete and purging a vault follow this link https://go.microsoft.com/fwlink/?linkid=2147740.`,
  );
}

/** `createMode: recover` brings the deleted vault back as it was; other properties of the request are not applied (UNVERIFIED). */
function recover(request: RouteRequest<z.infer<typeof vaultBody>>, path: VaultPath): RouteResponse {
  const { location } = request.body;
  const deleted = findDeletedVault(request.world, path.name);
  const isSame = deleted !== undefined && isIn(path.group.id, deleted.vault);
  if (!isSame || deleted.vault.location !== normaliseLocation(location)) {
    // Code and wording UNVERIFIED; that only the same name in the same place can be recovered is documented.
    throw armError(
      404,
      "VaultNotFound",
      `No deleted vault '${path.name}' in resource group '${path.group.name}' and location '${location}' can be recovered.`,
    );
  }
  return { status: 200, body: vaultAnswer(request.world, recoverVault(deleted.tenant, deleted.vault)) };
}

function updateVault(request: RouteRequest<z.infer<typeof vaultBody>>, vault: Vault): RouteResponse {
  const { location, tags, properties } = request.body;
  if (normaliseLocation(location) !== vault.location) {
    throw armError(
      409,
      "InvalidResourceLocation",
      `The resource '${vault.name}' already exists in location '${vault.location}' in resource group '${vault.resourceGroup}'. A resource with the same name cannot be created in location '${normaliseLocation(location)}'. Please select a new resource name.`,
    );
  }
  return saveVault(request, vault, { tags: tags ?? {}, properties });
}

function patchVault(request: RouteRequest<z.infer<typeof vaultPatch>>): RouteResponse {
  const { tags, properties } = request.body;
  const vault = vaultOf(request, actionOf("write"));
  return saveVault(request, vault, { tags: tags ?? vault.tags, properties: properties ?? {} });
}

type Change = {
  readonly tags: Vault["tags"];
  readonly properties: Parameters<typeof changedVaultProperties>[1];
};

function saveVault(request: RouteRequest, vault: Vault, change: Change): RouteResponse {
  const { tenant, objectId } = request.caller;
  const mayAssign = isAllowed(tenant, objectId, {
    plane: "actions",
    action: "Microsoft.Authorization/roleAssignments/write",
    scope: canonicalScope(vaultScope(vault)),
  });
  if (changesPermissionModel(vault, change.properties) && !mayAssign) {
    // The rule is documented ("Azure RBAC for Key Vault"): changing the model needs the right to assign roles. Exact wording UNVERIFIED.
    throw armError(403, "InsufficientPermissions", "Caller is not allowed to change permission model.");
  }
  const changed = { ...vault, tags: change.tags, properties: changedVaultProperties(vault, change.properties) };
  tenant.vaults.put(changed);
  return { status: 200, body: vaultAnswer(request.world, changed) };
}

function deleteVault(request: RouteRequest): RouteResponse {
  const { existing } = vaultPathOf(request, actionOf("delete"));
  if (existing === undefined) return { status: 204 };
  softDeleteVault(request.caller.tenant, existing, request.world.clock.now());
  return { status: 200 };
}

/** Vaults as ARM resources (`Microsoft.KeyVault/vaults`). */
export const vaultRoutes: readonly Route[] = [
  { method: "GET", path: inGroup, query: pagingOptions, apiVersions: keyVaultVersions, handle: listInGroup },
  {
    method: "GET",
    path: "/subscriptions/:subscription/providers/Microsoft.KeyVault/vaults",
    query: pagingOptions,
    apiVersions: keyVaultVersions,
    handle: listInSubscription,
  },
  {
    method: "GET",
    path: "/subscriptions/:subscription/resources",
    query: [...pagingOptions, "$filter"],
    apiVersions: ["2015-11-01", "2021-04-01", "2022-09-01"],
    handle: listResources,
  },
  ...["managedHSMs", "deletedManagedHSMs"].map((segment): Route => {
    const path = `/subscriptions/:subscription/providers/Microsoft.KeyVault/${segment}`;
    return { method: "GET", path, query: pagingOptions, apiVersions: keyVaultVersions, handle: listNothing };
  }),
  { method: "GET", path: one, ...versions, handle: getVault },
  routeWithBody({ method: "PUT", path: one, ...versions, body: vaultBody, handle: putVault }),
  routeWithBody({ method: "PATCH", path: one, ...versions, body: vaultPatch, handle: patchVault }),
  { method: "DELETE", path: one, ...versions, handle: deleteVault },
];
