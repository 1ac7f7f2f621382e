import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import type { Subscription } from "../../world/subscription";
import type { Tenant } from "../../world/world";
import { resourcesVersions } from "./api-versions";
import { hasAnyRole, requireAction } from "./authorization";
import { subscriptionOf } from "./lookup";
import { subscriptionScope } from "./scopes";

const versions = { query: ["api-version"], apiVersions: resourcesVersions } as const;

function tenantBody(tenant: Tenant): object {
  return {
    id: `/tenants/${tenant.id}`,
    tenantId: tenant.id,
    displayName: tenant.displayName,
    defaultDomain: tenant.domain,
    domains: [tenant.domain],
    tenantCategory: "Home",
    tenantType: "AAD",
  };
}

function subscriptionBody(tenant: Tenant, subscription: Subscription): object {
  return {
    id: subscriptionScope(subscription.id),
    subscriptionId: subscription.id,
    tenantId: tenant.id,
    displayName: subscription.displayName,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
    authorizationSource: "RoleBased",
    managedByTenants: [],
  };
}

/** A token is of one tenant, so only that one is listed. */
function listTenants({ caller }: RouteRequest): RouteResponse {
  return { status: 200, body: { value: [tenantBody(caller.tenant)] } };
}

/** Only subscriptions in which the caller holds some role; without any the list is empty, not refused. */
function listSubscriptions({ caller: { tenant, objectId } }: RouteRequest): RouteResponse {
  const visible = tenant.subscriptions.all().filter(({ id }) => hasAnyRole(tenant, objectId, subscriptionScope(id)));
  return {
    status: 200,
    body: {
      value: visible.map((each) => subscriptionBody(tenant, each)),
      count: { type: "Total", value: visible.length },
    },
  };
}

function getSubscription(request: RouteRequest): RouteResponse {
  const subscription = subscriptionOf(request);
  const { tenant, objectId } = request.caller;
  const scope = subscriptionScope(subscription.id);
  // A role on anything inside is enough to see the subscription that holds it.
  if (!hasAnyRole(tenant, objectId, scope)) requireAction(request, "Microsoft.Resources/subscriptions/read", scope);
  return { status: 200, body: subscriptionBody(tenant, subscription) };
}

/** Tenants and subscriptions a token can see: the first calls of Azure CLI and of every SDK sign-in. */
export const subscriptionRoutes: readonly Route[] = [
  { method: "GET", path: "/tenants", ...versions, handle: listTenants },
  { method: "GET", path: "/subscriptions", ...versions, handle: listSubscriptions },
  { method: "GET", path: "/subscriptions/:subscription", ...versions, handle: getSubscription },
];
