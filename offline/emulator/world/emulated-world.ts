import { Clock, type Lag } from "./clock";
import { Collection } from "./collection";
import type { Tenant, World } from "./world";

/** The world as the server holds it: what routes may only read, the server may set. */
export interface EmulatedWorld extends World {
  readonly tenants: Map<string, Tenant>;
  readonly lag: { -readonly [Name in keyof Lag]: Lag[Name] };
}

/** An empty world of one emulator; `changed` is told once per write to any collection. */
export function createWorld(
  addresses: World["addresses"],
  lag: Partial<Lag>,
): EmulatedWorld & { readonly initialLag: Lag } {
  const initialLag: Lag = { secretAcceptanceSeconds: 0, readLagSeconds: 0, ...lag };
  return {
    clock: new Clock(),
    lag: { ...initialLag },
    initialLag,
    addresses,
    tenants: new Map(),
    deviceSignIns: new Map(),
  };
}

/** A tenant without any content. */
export function createTenant(
  facts: Pick<Tenant, "id" | "domain" | "displayName" | "role">,
  lag: Lag,
  changed: () => void,
): Tenant {
  const collection = <T extends { readonly id: string }>() => new Collection<T>(lag, changed);
  const { id, domain, displayName, role } = facts;
  return {
    id,
    domain,
    displayName,
    role,
    applications: collection(),
    servicePrincipals: collection(),
    grants: collection(),
    assignments: collection(),
    users: collection(),
    deleted: collection(),
    policies: collection(),
    subscriptions: collection(),
    resourceGroups: collection(),
    vaults: collection(),
    deletedVaults: collection(),
    secrets: collection(),
    deletedSecrets: collection(),
    roleAssignments: collection(),
    settings: collection(),
    refreshTokens: collection(),
    authorizationCodes: collection(),
    pendingSignIns: collection(),
    insightsQueries: collection(),
    insightsReports: collection(),
  };
}

/** Makes all that exists visible at once, as if it had been there for long. */
export function settle(tenant: Tenant): void {
  for (const part of Object.values(tenant)) {
    if (part instanceof Collection) part.settle();
  }
}
