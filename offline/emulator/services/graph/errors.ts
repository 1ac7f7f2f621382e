import { randomUUID } from "node:crypto";
import { type FailedCall, type RouteResponse, ServiceError } from "../../http/route";
import type { World } from "../../world/world";

/** An entry of Graph's `error.details`. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** 400: the request itself is wrong. */
export function badRequest(message: string, details?: readonly ErrorDetail[]): ServiceError {
  return new ServiceError(400, "Request_BadRequest", message, details === undefined ? {} : { fields: { details } });
}

/** 404 in the directory's own words; clients (azuread, Azure CLI) match this text to decide whether to wait for replication. */
export function notFound(id: string): ServiceError {
  return new ServiceError(404, "Request_ResourceNotFound", missingReference(id));
}

/** Graph's message for an object that does not exist, also inside 400 responses. */
export function missingReference(id: string): string {
  return `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
}

/** 403: the token's permissions, or the caller's rights on this object, do not allow the call. */
export function denied(message = "Insufficient privileges to complete the operation."): ServiceError {
  return new ServiceError(403, "Authorization_RequestDenied", message);
}

/** 409: an object with the same key exists. */
export function duplicate(message: string, details?: readonly ErrorDetail[]): ServiceError {
  const code = "Request_MultipleObjectsWithSameKeyValue";
  return new ServiceError(409, code, message, details === undefined ? {} : { fields: { details } });
}

/** 400: a query that the directory does not support, or only with the advanced query parameters. */
export function unsupportedQuery(message: string): ServiceError {
  return new ServiceError(400, "Request_UnsupportedQuery", message);
}

/** 400 of Graph's own gateway, before the directory sees the query. */
export function invalidQuery(message: string): ServiceError {
  return new ServiceError(400, "BadRequest", message);
}

/** Headers of every answer, which error bodies repeat: the request's id, and the client's own as sent. */
export function graphTrace(sent: Readonly<Record<string, string>>): Record<string, string> {
  const requestId = randomUUID();
  return { "request-id": requestId, "client-request-id": sent["client-request-id"] ?? requestId };
}

/** Graph's error body, also for the server's own refusals. */
export function renderGraphError(error: ServiceError, world: World, { trace }: FailedCall): RouteResponse {
  const { kind, fields, headers } = error.detail;
  // The directory itself reads bodies, so a field it does not know is its own "bad request"; the gateway's other codes are right already.
  const code = kind === "unknown-field" ? "Request_BadRequest" : error.code;
  return {
    status: error.status,
    headers: {
      ...(kind === "unauthenticated" ? { "www-authenticate": 'Bearer realm="", error="invalid_token"' } : {}),
      ...headers,
    },
    body: {
      error: {
        code,
        message: error.message,
        ...fields,
        innerError: {
          date: world.clock.now().toISOString().slice(0, 19),
          ...trace,
        },
      },
    },
  };
}
