import type { RouteRequest } from "../../http/route";
import type { User } from "../../world/directory";
import { notFound } from "./errors";

/** The user that the path names by object id or user principal name, as it is. */
export function findUser(request: RouteRequest): User {
  return pick(request, request.caller.tenant.users.all());
}

/** The user that the path names, as a replica shows it. */
export function seeUser(request: RouteRequest): User {
  return pick(request, request.caller.tenant.users.allSeen());
}

function pick(request: RouteRequest, users: readonly User[]): User {
  const name = request.parameters["user"] ?? "";
  const folded = name.toLowerCase();
  const found = users.find((user) => user.id === folded || user.userPrincipalName.toLowerCase() === folded);
  if (found === undefined) throw notFound(name);
  return found;
}
