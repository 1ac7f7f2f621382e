import { type RouteRequest, type RouteResponse, ServiceError } from "../../http/route";
import { settingsOf } from "../../world/tenant-settings";
import { mfaHeaders, requireMfa } from "../partner-center/admission";
import { envelope, forbidden, insightsError } from "./errors";

/** Who reads reports, and what they may see. */
export interface Reader {
  /** Shown as the owner of queries and reports. */
  readonly name: string;
  /** Revenue is left out. */
  readonly isRedacted: boolean;
}

/** What a handler returns: the items, and a message. */
export interface Found {
  readonly value: readonly unknown[];
  readonly message: string;
}

/** Roles that see everything. MPN partner admins are Executive Report Viewers of the whole company automatically. */
const fullRoles = ["Executive Report Viewer", "MPN partner admin"];
const limitedRole = "Report Viewer";

/** A call that Insights accepts: MFA is checked first, then enrolment and the user's role. */
export function admitted<Body>(
  handle: (request: RouteRequest<Body>, reader: Reader) => Found,
): (request: RouteRequest<Body>) => RouteResponse {
  return (request) => {
    const settings = settingsOf(request.caller.tenant).partnerCenter;
    const headers = settings.insightsReportsMfa ? mfaHeaders(request) : {};
    requireMfa(request, headers);
    try {
      const reader = requireReader(request);
      const { value, message } = handle(request, reader);
      return { status: 200, headers, body: envelope(value, message, 200, reader.isRedacted) };
    } catch (error) {
      if (!(error instanceof ServiceError) || settings.insightsErrors === "status") throw error;
      return { status: 200, headers, body: envelope([], error.message, error.status) };
    }
  };
}

function requireReader({ caller }: RouteRequest): Reader {
  const settings = settingsOf(caller.tenant).partnerCenter;
  if (caller.isAppOnly && !settings.insightsTakesAppOnly) throw insightsError(401, "Unauthorized");
  if (!settings.enrolled) throw forbidden();
  if (caller.isAppOnly) return { name: caller.clientId, isRedacted: false };
  const user = caller.tenant.users.get(caller.objectId);
  if (user === undefined || !caller.scopes.includes("user_impersonation")) throw forbidden();
  // A user with both roles gets the limited one: seen by one public client.
  if (user.roles.includes(limitedRole)) return { name: user.userPrincipalName, isRedacted: true };
  if (user.roles.some((role) => fullRoles.includes(role))) return { name: user.userPrincipalName, isRedacted: false };
  throw forbidden();
}
