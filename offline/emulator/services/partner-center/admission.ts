import type { Caller, RouteRequest, RouteResponse } from "../../http/route";
import type { User } from "../../world/directory";
import { settingsOf } from "../../world/tenant-settings";
import { accessDenied, mfaRequired } from "./errors";

/** Audiences of tokens for Partner Center, besides its client id. */
export const partnerCenterAudiences: readonly string[] = [
  "https://api.partnercenter.microsoft.com",
  "https://partnercenterapi.store.microsoft.com",
  "https://partnerapi.store.microsoft.com",
  "https://reseller.microsoft.com",
  "https://accountmgmtservice.dce.mp.microsoft.com",
  "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
];

/** Whether a token meets the MFA requirement; one without a user always does. */
const isMfaCompliant = ({ isAppOnly, methods = [] }: Caller): boolean => isAppOnly || methods.includes("mfa");

/** `isMfaCompliant`, for a caller that asks with `ValidateMfa: true`. */
export function mfaHeaders({ headers, caller }: Pick<RouteRequest, "headers" | "caller">): Record<string, string> {
  if (headers["validatemfa"]?.toLowerCase() !== "true") return {};
  return { ismfacompliant: String(isMfaCompliant(caller)) };
}

/** Refuses a user's token without MFA where the tenant's account is enforced. */
export function requireMfa(request: RouteRequest, headers: Readonly<Record<string, string>>): void {
  const { caller } = request;
  if (settingsOf(caller.tenant).partnerCenter.enforcesMfa && !isMfaCompliant(caller)) throw mfaRequired(headers);
}

/** Roles that may assign roles and read everything: an Entra role and Partner Center's own. */
const administratorRoles = ["Global Administrator", "Account admin"];

export const isAdministrator = (user: User): boolean => user.roles.some((role) => administratorRoles.includes(role));

/** The signed-in user; a token without one, or without the permission, is refused. */
export function requireUser({ caller }: RouteRequest): User {
  const user = caller.isAppOnly ? undefined : caller.tenant.users.get(caller.objectId);
  // UNVERIFIED which status and number an app-only token gets where a user is needed.
  if (user === undefined || !caller.scopes.includes("user_impersonation")) throw accessDenied();
  return user;
}

/**
 * A call that Partner Center lets in: MFA is looked at first, and told to who asks. Some real answers begin with a byte-order mark though they
 * say they are JSON in UTF-8; here all do.
 */
export function admitted<Body>(
  handle: (request: RouteRequest<Body>) => { readonly status: number; readonly body?: unknown },
): (request: RouteRequest<Body>) => RouteResponse {
  return (request) => {
    const headers = mfaHeaders(request);
    requireMfa(request, headers);
    const { status, body } = handle(request);
    if (body === undefined) return { status, headers };
    const text = `\uFEFF${JSON.stringify(body)}`;
    return { status, headers: { ...headers, "content-type": "application/json; charset=utf-8" }, body: text };
  };
}
