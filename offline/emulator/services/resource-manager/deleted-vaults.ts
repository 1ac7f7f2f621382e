import type { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import { keyVaultVersions } from "./api-versions";
import { requireAction } from "./authorization";
import { armError } from "./errors";
import { normaliseLocation } from "./locations";
import { subscriptionOf } from "./lookup";
import { pageOf, pagingOptions } from "./paging";
import { subscriptionScope, vaultScope } from "./scopes";
import {
  type DeletedVault,
  deletedVaultsOf,
  findDeletedVault,
  findVault,
  hasPurgeProtection,
  purgeVault,
} from "./vault-lifecycle";
import { vaultNameProblem } from "./vault-rules";
import { nameCheckBody } from "./vault-schema";

const provider = "/subscriptions/:subscription/providers/Microsoft.KeyVault";
const one = `${provider}/locations/:location/deletedVaults/:vault`;
const versions = { query: ["api-version"], apiVersions: keyVaultVersions } as const;

function deletedVaultBody(vault: DeletedVault): object {
  const { subscriptionId, location, name, deletionDate, scheduledPurgeDate, tags } = vault;
  return {
    id: `${subscriptionScope(subscriptionId)}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`,
    name,
    type: "Microsoft.KeyVault/deletedVaults",
    properties: {
      vaultId: vaultScope(vault),
      location,
      tags,
      deletionDate,
      scheduledPurgeDate,
      ...(hasPurgeProtection(vault) ? { purgeProtectionEnabled: true } : {}),
    },
  };
}

function listDeleted(request: RouteRequest): RouteResponse {
  const { id } = subscriptionOf(request);
  requireAction(request, "Microsoft.KeyVault/deletedVaults/read", subscriptionScope(id));
  const vaults = deletedVaultsOf(request.caller.tenant, request.world.clock.now());
  const path = `${subscriptionScope(id)}/providers/Microsoft.KeyVault/deletedVaults`;
  return pageOf(request, path, vaults.filter((vault) => vault.subscriptionId === id).map(deletedVaultBody));
}

/** The deleted vault named in the path. Its resource group does not count any more: rights on the subscription are asked. */
function deletedVaultOf(request: RouteRequest, action: string): DeletedVault {
  const { id } = subscriptionOf(request);
  requireAction(request, action, subscriptionScope(id));
  const { location = "", vault: name = "" } = request.parameters;
  const found = deletedVaultsOf(request.caller.tenant, request.world.clock.now()).find(
    (vault) => vault.id === name.toLowerCase() && vault.subscriptionId === id,
  );
  if (found === undefined || found.location !== normaliseLocation(location)) {
    throw armError(404, "DeletedVaultNotFound", `The specified deleted vault '${name}' does not exist.`);
  }
  return found;
}

function getDeleted(request: RouteRequest): RouteResponse {
  const vault = deletedVaultOf(request, "Microsoft.KeyVault/locations/deletedVaults/read");
  return { status: 200, body: deletedVaultBody(vault) };
}

function purgeDeleted(request: RouteRequest): RouteResponse {
  const vault = deletedVaultOf(request, "Microsoft.KeyVault/locations/deletedVaults/purge/action");
  if (hasPurgeProtection(vault)) {
    // The code is what Azure CLI shows; that it comes with 405 follows from its name, UNVERIFIED.
    throw armError(405, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed.");
  }
  purgeVault(request.caller.tenant, vault);
  return { status: 200 };
}

function checkName(request: RouteRequest<z.infer<typeof nameCheckBody>>): RouteResponse {
  const { name } = request.body;
  const { id } = subscriptionOf(request);
  requireAction(request, "Microsoft.KeyVault/checkNameAvailability/read", subscriptionScope(id));
  const problem = vaultNameProblem(name);
  if (problem !== undefined) {
    return { status: 200, body: { nameAvailable: false, reason: "AccountNameInvalid", message: problem } };
  }
  const isTaken = findVault(request.world, name) ?? findDeletedVault(request.world, name);
  if (isTaken === undefined) return { status: 200, body: { nameAvailable: true } };
  const message = `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`;
  return { status: 200, body: { nameAvailable: false, reason: "AlreadyExists", message } };
}

/** Deleted vaults, and whether a name is free. */
export const deletedVaultRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `${provider}/deletedVaults`,
    query: pagingOptions,
    apiVersions: keyVaultVersions,
    handle: listDeleted,
  },
  { method: "GET", path: one, ...versions, handle: getDeleted },
  { method: "POST", path: `${one}/purge`, ...versions, handle: purgeDeleted },
  routeWithBody({
    method: "POST",
    path: `${provider}/checkNameAvailability`,
    ...versions,
    body: nameCheckBody,
    handle: checkName,
  }),
];
