import { randomUUID } from "node:crypto";
import { type RouteResponse, ServiceError, type TokenProblem } from "../../http/route";
import type { World } from "../../world/world";

/** An error in ARM's shape: `{"error": {"code", "message"}}`. */
export const armError = (status: number, code: string, message: string): ServiceError =>
  new ServiceError(status, code, message);

/** ARM's error for a resource that does not exist. `type` such as `Microsoft.KeyVault/vaults`. */
export const resourceNotFound = (type: string, name: string, group: string): ServiceError =>
  armError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

/** ARM's error for a request with invalid content. */
export const badRequest = (message: string): ServiceError => armError(400, "BadRequest", message);

/** ARM's messages for an invalid token; those for a malformed token are UNVERIFIED, the codes are its own. */
const tokenRefusals: Readonly<Record<TokenProblem, readonly [code: string, message: string]>> = {
  missing: ["AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."],
  malformed: ["InvalidAuthenticationToken", "The access token is invalid."],
  signature: ["InvalidAuthenticationToken", "The access token is invalid: its signature cannot be verified."],
  expired: ["ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."],
  "not-yet-valid": ["InvalidAuthenticationToken", "The access token is not yet valid."],
  audience: [
    "InvalidAuthenticationTokenAudience",
    "The access token has been obtained for wrong audience or resource.",
  ],
  issuer: ["InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer."],
  identity: [
    "AuthenticationFailed",
    "Authentication failed. The principal of the access token is not usable any more.",
  ],
};

/** Headers of every answer: the request's own id, the operation's, which comes back as sent, and the client's where it asks for that. */
export function armTrace(sent: Readonly<Record<string, string>>, { clock }: World): Record<string, string> {
  const requestId = randomUUID();
  const operationId = sent["x-ms-correlation-request-id"] ?? randomUUID();
  const clientId = sent["x-ms-client-request-id"];
  const wantsOwn = sent["x-ms-return-client-request-id"]?.toLowerCase() === "true" && clientId !== undefined;
  return {
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": operationId,
    "x-ms-routing-request-id": `EMULATOR:${clock
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, "")}:${requestId}`,
    ...(wantsOwn ? { "x-ms-client-request-id": clientId } : {}),
  };
}

/** Renders any refusal as ARM does; a missing or wrong token also gets the challenge that tells where to sign in. */
export function renderArmError(error: ServiceError, world: World): RouteResponse {
  const { reason, fields, headers } = error.detail;
  const [code, message] = reason === undefined ? [error.code, error.message] : tokenRefusals[reason];
  const authority = `${world.addresses.origin}/common`;
  const challenge =
    error.status === 401
      ? {
          "www-authenticate": `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${code}"`,
        }
      : {};
  return { status: error.status, headers: { ...challenge, ...headers }, body: { error: { code, message, ...fields } } };
}
