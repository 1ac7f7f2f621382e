import { Collection } from "./collection";
import type { EmulatedWorld } from "./emulated-world";

/**
 * Keeps the world of this moment: every object with its past, the clock, the lag. Answers the way back, which may be taken many
 * times. What a soft-deleted principal would get back with a restore is kept outside of the world, and not part of it.
 */
export function takeSnapshot(world: EmulatedWorld): () => void {
  const tenants = [...world.tenants.values()];
  const ways = tenants.flatMap((tenant) =>
    Object.values(tenant).flatMap((part) => (part instanceof Collection ? [part.keep()] : [])),
  );
  const now = world.clock.now();
  const lag = { ...world.lag };
  return () => {
    world.tenants.clear();
    for (const tenant of tenants) world.tenants.set(tenant.id, tenant);
    for (const back of ways) back();
    world.clock.set(now);
    Object.assign(world.lag, lag);
  };
}
