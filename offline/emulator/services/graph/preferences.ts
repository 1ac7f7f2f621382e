import type { RouteRequest } from "../../http/route";

/** The preference with which a PATCH by name creates a missing object; without it, such a PATCH is an update. */
export const createIfMissing = "create-if-missing";

/** Whether a PATCH may create. Other preferences are refused before, so this is the only one there can be. */
export function wantsCreation({ headers }: RouteRequest): boolean {
  return (headers["prefer"] ?? "") !== "";
}
