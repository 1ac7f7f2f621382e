import { randomUUID } from "node:crypto";
import { type RouteResponse, ServiceError, type TokenProblem } from "../../http/route";

/** Headers of every answer: both ids come back as sent, or are new. */
export function tracingHeaders(sent: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "ms-requestid": sent["ms-requestid"] ?? randomUUID(),
    "ms-correlationid": sent["ms-correlationid"] ?? randomUUID(),
  };
}

/** An error in Partner Center's shape: its own number and a message. */
export function partnerError(
  status: number,
  code: number,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): ServiceError {
  return new ServiceError(status, String(code), description, { headers });
}

/** 403: the user, or the kind of token, may not do this. */
export const accessDenied = (): ServiceError => partnerError(403, 2032, "Access denied.");

/** 404 for an organization in the partner program. */
export const organizationNotFound = (id: string): ServiceError =>
  partnerError(404, 3000, `Partner Organization with partner_id ${id} could not be found`);

/**
 * 401 of a user's token without `mfa`. UNVERIFIED: only status and number were announced. A client should find the number as text or number,
 * under another name, or in the challenge alone.
 */
export function mfaRequired(headers: Readonly<Record<string, string>>): ServiceError {
  return partnerError(401, 900421, "MFA is required to access the Partner Center API with App+User authentication.", {
    "www-authenticate": 'Bearer error="invalid_token", error_description="MFA required"',
    ...headers,
  });
}

/** Partner Center's number for a token problem; where it has none, the likeliest (UNVERIFIED). */
function tokenRefusal(reason: TokenProblem, audience: string | undefined): { code: number; description: string } {
  if (reason === "missing") return { code: 800001, description: "The Partner token is missing." };
  if (reason !== "audience") return { code: 400, description: "Access denied." };
  const description = `The audience '${audience ?? ""}' in the token is invalid and is no longer supported in Partner Center API.`;
  return { code: 900420, description };
}

/** Partner Center's error body; documentation shows `code` as text, real answers as a number. */
export function renderPartnerError(error: ServiceError): RouteResponse {
  const { reason, audience, headers } = error.detail;
  const known = reason === undefined ? undefined : tokenRefusal(reason, audience);
  const code = known?.code ?? (/^\d+$/.test(error.code) ? Number(error.code) : error.code);
  const challenge = error.status === 401 ? { "www-authenticate": 'Bearer error="invalid_token"' } : {};
  return {
    status: error.status,
    headers: { ...challenge, ...headers },
    body: { code, description: known?.description ?? error.message, data: [], source: "PartnerFD" },
  };
}
