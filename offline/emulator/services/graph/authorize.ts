import type { Caller, RouteRequest } from "../../http/route";
import { denied } from "./errors";
import { type Operation, ownedOnly, type Requirement, requirements } from "./required-permissions";

/** Refuses the call with 403 unless the token's permissions allow it; `owners` are those of the object it writes. */
export function authorize(request: RouteRequest, operation: Operation, owners?: readonly string[]): void {
  if (!isAllowed(request.caller, operation, owners)) throw denied();
}

/** Whether the token's permissions allow the operation on an object with these owners (left out: not about one object, or a read). */
export function isAllowed(caller: Caller, operation: Operation, owners?: readonly string[]): boolean {
  const requirement: Requirement = requirements[operation];
  const isOwner = owners === undefined || owners.includes(caller.objectId);
  const held = caller.isAppOnly ? caller.roles : caller.scopes;
  const lines = caller.isAppOnly ? requirement.application : delegatedLines(requirement);
  const isPermitted = lines.some((line) => {
    const names = line.split(" and ");
    return names.every((name) => held.includes(name)) && (isOwner || !names.includes(ownedOnly));
  });
  return isPermitted && (caller.isAppOnly || isUserEntitled(caller, requirement, owners));
}

/** The directory allows an application that acts as a user what it allows the user. */
function delegatedLines({ delegated }: Requirement): readonly string[] {
  const isDirectory = delegated.some((line) => line.startsWith("Directory."));
  return isDirectory ? [...delegated, "Directory.AccessAsUser.All"] : delegated;
}

/** Whether the token has more than the permission for owned objects: that one cannot instantiate another tenant's application. */
export function isLimitedToOwned(caller: Caller): boolean {
  const { application } = requirements.writeApplications;
  return caller.isAppOnly && !application.some((name) => name !== ownedOnly && caller.roles.includes(name));
}

/** A delegated token can do no more than its user, who needs an administrator's role or owns the object. */
function isUserEntitled(caller: Caller, requirement: Requirement, owners: readonly string[] | undefined): boolean {
  const { userRoles } = requirement;
  if (userRoles === undefined || owners?.includes(caller.objectId) === true) return true;
  const user = caller.tenant.users.get(caller.objectId);
  return user?.roles.some((role) => userRoles.includes(role)) === true;
}
