import { randomUUID } from "node:crypto";
import { type FailedCall, type RouteResponse, ServiceError, type TokenProblem } from "../../http/route";
import type { World } from "../../world/world";
import { findVault } from "../resource-manager/vault-lifecycle";

/** An error in Key Vault's shape: `{"error": {"code", "message", "innererror": {"code"}}}`. */
export function vaultError(status: number, code: string, message: string, inner?: string): ServiceError {
  const fields = inner === undefined ? {} : { innererror: { code: inner } };
  return new ServiceError(status, code, message, { fields });
}

/** A request with invalid content. */
export const badParameter = (message: string): ServiceError => vaultError(400, "BadParameter", message);

/** Headers of every answer: the request's id, and the client's own as sent. */
export function vaultTrace(sent: Readonly<Record<string, string>>): Record<string, string> {
  const requestId = randomUUID();
  return {
    "x-ms-request-id": requestId,
    "x-ms-client-request-id": sent["x-ms-client-request-id"] ?? requestId,
    "x-ms-keyvault-region": "westeurope",
    "x-ms-keyvault-service-version": "0.0.0.0",
  };
}

/** No such secret, or no such version of it. */
export function secretNotFound(name: string, version?: string): ServiceError {
  const id = version === undefined ? name : `${name}/${version}`;
  return vaultError(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/** No such deleted secret. */
export const deletedSecretNotFound = (name: string): ServiceError =>
  vaultError(404, "SecretNotFound", `Deleted Secret not found: ${name}`);

/** The vault a host name names: its first label. */
export const vaultNameOf = (host: string): string => (host.split(".")[0] ?? "").toLowerCase();

/** Key Vault's messages for an invalid token. The first two are its own; the others are UNVERIFIED. */
function tokenRefusal(reason: TokenProblem, { keyVaultSuffix }: World["addresses"]): string {
  if (reason === "missing") return "AKV10000: Request is missing a Bearer or PoP token.";
  if (reason === "audience") return `AKV10022: Invalid audience. Expected https://${keyVaultSuffix}.`;
  return `Error validating token: ${reason}.`;
}

/** Key Vault's codes for the server's own refusals, whose wording all services share. */
function wordsOf(
  error: ServiceError,
  addresses: World["addresses"],
): { readonly code: string; readonly message: string } {
  const { kind, reason } = error.detail;
  if (reason !== undefined) return { code: "Unauthorized", message: tokenRefusal(reason, addresses) };
  const isBadRequest = kind === "unknown-field" || kind === "unknown-query";
  return { code: isBadRequest ? "BadParameter" : error.code, message: error.message };
}

/**
 * Renders a refusal as Key Vault does. Every 401 carries the challenge that clients start from: they learn the tenant to sign in to and the
 * resource to ask for here, and check that the resource's host is the end of the vault's.
 */
export function renderVaultError(error: ServiceError, world: World, { host }: FailedCall): RouteResponse {
  const tenantId = findVault(world, vaultNameOf(host))?.vault.properties["tenantId"];
  const { origin, keyVaultSuffix } = world.addresses;
  const authority = typeof tenantId === "string" ? `${origin}/${tenantId}` : `${origin}/common`;
  const challenge =
    error.status === 401
      ? { "www-authenticate": `Bearer authorization="${authority}", resource="https://${keyVaultSuffix}"` }
      : {};
  const headers = { ...challenge, ...error.detail.headers };
  return {
    status: error.status,
    headers,
    body: { error: { ...wordsOf(error, world.addresses), ...error.detail.fields } },
  };
}
