import { randomBytes, randomInt } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import { hashSecret } from "../../world/secret-hash";
import { findClient } from "./client";
import { entraError } from "./errors";
import { requireParameter, type TokenForm } from "./grant";
import { requireTenant, sharedAuthorities } from "./tenants";
import { libraryParameters } from "./token-parameters";

/** Where the user enters the code; the path of Entra's own page behind https://microsoft.com/devicelogin. */
export const devicePagePath = "/common/oauth2/deviceauth";

const lifetimeSeconds = 900;
const intervalSeconds = 5;

const form = z.strictObject(
  Object.fromEntries(
    ["client_id", "scope", "resource", ...libraryParameters].map((name) => [name, z.string().optional()]),
  ),
);

/**
 * Begins a sign-in on another device.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 */
export const deviceCodeRoutes: readonly Route[] = ([1, 2] as const).map((endpointVersion) =>
  routeWithBody({
    method: "POST",
    path: endpointVersion === 1 ? "/:tenant/oauth2/devicecode" : "/:tenant/oauth2/v2.0/devicecode",
    query: endpointVersion === 1 ? ["client-request-id", "api-version"] : ["client-request-id"],
    anonymous: true,
    body: form,
    handle: (request) => begin(request, endpointVersion),
  }),
);

function begin(request: RouteRequest<TokenForm>, endpointVersion: 1 | 2): RouteResponse {
  const { world } = request;
  const { body: asked } = request;
  const clientId = requireParameter(asked, "client_id").toLowerCase();
  requireParameter(asked, endpointVersion === 1 ? "resource" : "scope");
  const tenant = tenantOf(request);
  if (tenant !== null) findClient(world, tenant, clientId);
  const deviceCode = randomBytes(120).toString("base64url");
  const userCode = newUserCode();
  world.deviceSignIns.set(hashSecret(deviceCode), {
    userCode,
    endpointVersion,
    tenantId: tenant?.id ?? null,
    clientId,
    resource: asked["resource"] ?? null,
    scope: asked["scope"] ?? null,
    expiresAt: new Date(world.clock.now().getTime() + lifetimeSeconds * 1000).toISOString(),
    outcome: "pending",
  });
  // The user's browser has no proxy: only this address reaches the emulator.
  const page = `${world.addresses.origin}${devicePagePath}`;
  return { status: 200, body: answer(endpointVersion, deviceCode, userCode, page) };
}

/** The v1 endpoint returns numbers as text, and has another name for the address. */
function answer(endpointVersion: 1 | 2, deviceCode: string, userCode: string, page: string): object {
  const message = `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`;
  const common = { user_code: userCode, device_code: deviceCode, message };
  return endpointVersion === 1
    ? { ...common, verification_url: page, expires_in: String(lifetimeSeconds), interval: String(intervalSeconds) }
    : { ...common, verification_uri: page, expires_in: lifetimeSeconds, interval: intervalSeconds };
}

function tenantOf({ world, parameters: { tenant = "" } }: RouteRequest) {
  const name = tenant.toLowerCase();
  if (!sharedAuthorities.includes(name)) return requireTenant(world, tenant);
  if (name !== "consumers") return null;
  throw entraError(
    9001023,
    "invalid_request",
    "The grant type is not supported over the /consumers endpoint here: the emulator has no personal accounts.",
  );
}

/** Nine characters that are hard to confuse. */
function newUserCode(): string {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join("");
}
