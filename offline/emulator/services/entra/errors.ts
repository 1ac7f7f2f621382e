import { randomUUID } from "node:crypto";
import { type FailedCall, type RouteResponse, ServiceError } from "../../http/route";
import type { World } from "../../world/world";

export type OAuthError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_resource"
  | "invalid_scope"
  | "invalid_tenant"
  | "invalid_instance"
  | "unauthorized_client"
  | "interaction_required"
  | "login_required"
  | "access_denied"
  | "unsupported_response_type"
  | "unsupported_grant_type"
  | "authorization_pending"
  | "authorization_declined"
  | "bad_verification_code"
  | "expired_token"
  | "temporarily_unavailable"
  | "server_error";

/** What some errors say besides their message: MSAL's hint about what helps, and claims to request next time. */
interface Hints {
  readonly suberror?: string;
  readonly claims?: string;
}

/** An error of the sign-in service: an OAuth error with Entra's own number and message. */
export function entraError(number: number, error: OAuthError, sentence: string, hints: Hints = {}): ServiceError {
  const status = error === "invalid_client" ? 401 : 400;
  return new ServiceError(status, error, `AADSTS${number}: ${sentence}`, { fields: { number, ...hints } });
}

const byStatus = (status: number): OAuthError =>
  status === 429 || status === 503 ? "temporarily_unavailable" : status >= 500 ? "server_error" : "invalid_request";

/** Headers of every response: the request's id, and the client's own, which error bodies call the correlation id. */
export function entraTrace(sent: Readonly<Record<string, string>>): Record<string, string> {
  const clientId = sent["client-request-id"];
  return {
    "x-ms-request-id": randomUUID(),
    ...(clientId === undefined ? {} : { "client-request-id": clientId }),
  };
}

interface EntraErrorBody extends Hints {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
}

/** Entra's error body, with numbers and times. The server's own refusals and faults have no Entra number; 90000 takes its place. */
export function renderEntraError(
  error: ServiceError,
  world: World,
  call?: FailedCall,
): RouteResponse & { readonly body: EntraErrorBody } {
  const { number = 90000, suberror, claims } = (error.detail.fields ?? {}) as Hints & { number?: number };
  const correlationId = call?.trace["client-request-id"] ?? randomUUID();
  const timestamp = world.clock.now().toISOString().replace("T", " ").slice(0, 19);
  const traceId = call?.trace["x-ms-request-id"] ?? randomUUID();
  const numbered = error.message.startsWith("AADSTS") ? error.message : `AADSTS${number}: ${error.message}`;
  return {
    status: error.status,
    headers: {
      "cache-control": "no-store, no-cache",
      pragma: "no-cache",
      "x-ms-request-id": traceId,
      ...error.detail.headers,
    },
    body: {
      error: /^[a-z_]+$/.test(error.code) ? error.code : byStatus(error.status),
      error_description: `${numbered} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}Z`,
      error_codes: [number],
      timestamp: `${timestamp}Z`,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
      ...(suberror === undefined ? {} : { suberror }),
      ...(claims === undefined ? {} : { claims }),
    },
  };
}
