import type { Tenant, World } from "../../world/world";
import { entraError } from "./errors";

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const dnsName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/** Path segments that stand for no single tenant. */
export const sharedAuthorities: readonly string[] = ["common", "organizations", "consumers"];

/** A tenant by its id or primary domain, or undefined. */
export function findTenant(world: World, name: string): Tenant | undefined {
  const key = name.toLowerCase();
  return world.tenants.get(key) ?? [...world.tenants.values()].find(({ domain }) => domain === key);
}

/** The tenant a sign-in address names; anything else is refused as Entra does, by a code that differs between its endpoints. */
export function requireTenant(
  world: World,
  name: string,
  error: "invalid_request" | "invalid_tenant" = "invalid_request",
): Tenant {
  const tenant = findTenant(world, name);
  if (tenant !== undefined) return tenant;
  if (!guid.test(name) && !dnsName.test(name)) {
    throw entraError(
      900023,
      "invalid_request",
      `Specified tenant identifier '${name}' is neither a valid DNS name, nor a valid external domain.`,
    );
  }
  throw entraError(
    90002,
    error,
    `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  );
}
