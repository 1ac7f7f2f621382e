import { type Caller, type RouteRequest, ServiceError } from "../../http/route";
import type { ResourceGroup, Subscription, Vault } from "../../world/subscription";
import type { Tenant, World } from "../../world/world";
import { issuerOf as entraIssuerOf } from "../entra/access-token";
import { requireAction } from "./authorization";
import { armError, resourceNotFound } from "./errors";
import { groupScope, vaultScope } from "./scopes";

/** What Entra writes into `iss` of a token for ARM and Key Vault, which take tokens of form 1.0. */
export const issuerOf = (world: World, tenantId: string): string => entraIssuerOf(world.addresses.origin, tenantId, 1);

function subscriptionOwner(world: World, subscriptionId: string): Tenant | undefined {
  return [...world.tenants.values()].find((tenant) => tenant.subscriptions.get(subscriptionId) !== undefined);
}

function wrongTenant(world: World, caller: Caller, owner: Tenant): ServiceError {
  const [found, expected] = [issuerOf(world, caller.tenant.id), issuerOf(world, owner.id)];
  return new ServiceError(
    401,
    "InvalidAuthenticationTokenTenant",
    `The access token is from the wrong issuer '${found}'. It must match the tenant '${expected}' associated with this subscription. Please use the authority (URL) '${world.addresses.origin}/${owner.id}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`,
    { kind: "unauthenticated" },
  );
}

/** The subscription named in the path; refuses an unknown one and a token of another tenant. */
export function subscriptionOf(request: RouteRequest): Subscription {
  const id = request.parameters["subscription"] ?? "";
  const owner = subscriptionOwner(request.world, id.toLowerCase());
  if (owner === undefined) {
    throw armError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
  }
  if (owner.id !== request.caller.tenant.id) throw wrongTenant(request.world, request.caller, owner);
  return owner.subscriptions.get(id.toLowerCase()) as Subscription;
}

/** Where the request's resource group would be, existing or not. */
export function groupPathOf(request: RouteRequest): {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
} {
  const subscription = subscriptionOf(request);
  const name = request.parameters["group"] ?? "";
  const id = `${subscription.id}/${name.toLowerCase()}`;
  const stored = request.caller.tenant.resourceGroups.get(id);
  return { id, name, scope: groupScope(stored ?? { subscriptionId: subscription.id, name }) };
}

/** The resource group named in the path, if the caller may do `action` in it. */
export function groupOf(request: RouteRequest, action: string): ResourceGroup {
  const path = groupPathOf(request);
  requireAction(request, action, path.scope);
  return existingGroup(request, path);
}

function existingGroup(request: RouteRequest, path: { readonly id: string; readonly name: string }): ResourceGroup {
  const group = request.caller.tenant.resourceGroups.get(path.id);
  if (group === undefined) {
    throw armError(404, "ResourceGroupNotFound", `Resource group '${path.name}' could not be found.`);
  }
  return group;
}

/** A vault's place in a path: its group must exist, the vault need not. `existing` is only set when it is in that very group. */
export interface VaultPath {
  readonly name: string;
  readonly group: ResourceGroup;
  readonly scope: string;
  readonly existing: Vault | undefined;
}

/** The vault path of a request, if the caller may do `action` there; the action is judged at the vault or below it. */
export function vaultPathOf(request: RouteRequest, action: string, below = ""): VaultPath {
  const path = groupPathOf(request);
  const name = request.parameters["vault"] ?? "";
  const tenant = request.caller.tenant;
  const stored = tenant.vaults.get(name.toLowerCase());
  const isHere = stored !== undefined && `${stored.subscriptionId}/${stored.resourceGroup.toLowerCase()}` === path.id;
  const existing = isHere ? stored : undefined;
  const scope = existing ? vaultScope(existing) : `${path.scope}/providers/Microsoft.KeyVault/vaults/${name}`;
  requireAction(request, action, scope + below);
  return { name, group: existingGroup(request, path), scope, existing };
}

/** The vault named in the path, if the caller may do `action` there. */
export function vaultOf(request: RouteRequest, action: string, below = ""): Vault {
  const path = vaultPathOf(request, action, below);
  if (path.existing === undefined) throw resourceNotFound("Microsoft.KeyVault/vaults", path.name, path.group.name);
  return path.existing;
}
