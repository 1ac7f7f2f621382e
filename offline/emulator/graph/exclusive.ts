import { setTimeout as delay } from "node:timers/promises";
import { type RouteRequest, type RouteResponse, ServiceError } from "../route";
import type { World } from "../world";

/** How long a write keeps its object to itself: long enough that two requests sent together meet. */
const writeMilliseconds = 4;
const busy = new WeakMap<World, Set<string>>();

/**
 * Runs a write on one directory object. A second write that arrives meanwhile is refused as the directory refuses it: it keeps one
 * version of an object and does not queue writers.
 */
export async function exclusively(
  request: RouteRequest,
  objectId: string,
  write: () => RouteResponse,
): Promise<RouteResponse> {
  const inWork = busy.get(request.world) ?? new Set<string>();
  busy.set(request.world, inWork);
  const key = `${request.caller.tenant.id}/${objectId.toLowerCase()}`;
  if (inWork.has(key)) {
    throw new ServiceError(
      409,
      "Directory_ConcurrencyViolation",
      "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
    );
  }
  inWork.add(key);
  try {
    const response = write();
    await delay(writeMilliseconds);
    return response;
  } finally {
    inWork.delete(key);
  }
}
