import { z } from "zod";
import { type ClaimedCaller, type Route, type RouteRequest, routeWithBody } from "../../http/route";
import type { Tenant, World } from "../../world/world";
import type { TrustedIssuer } from "./assertion";
import { clientCredentials } from "./client-credentials";
import { codeGrant } from "./code-grant";
import { deviceCodeGrants, deviceTenant } from "./device-code-grant";
import { entraError } from "./errors";
import { type Grant, type GrantContext, requireParameter, type TokenForm } from "./grant";
import { passwordGrant, refuseSharedPassword } from "./password-grant";
import { refreshTokenGrant } from "./refresh-token-grant";
import type { Signer } from "./signing";
import { findTenant, requireTenant, sharedAuthorities } from "./tenants";
import { libraryParameters } from "./token-parameters";
import { findCode, findRefreshToken } from "./user-artifacts";

const grants: readonly Grant[] = [clientCredentials, passwordGrant, refreshTokenGrant, codeGrant, ...deviceCodeGrants];

/** Parameters of a token request, and what Microsoft's libraries add to it for their telemetry. */
const parameters = [
  ["grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "scope", "resource"],
  ["username", "password", "refresh_token", "code", "code_verifier", "device_code", "redirect_uri"],
  ["response_type", ...libraryParameters],
].flat();

const form = z.strictObject(Object.fromEntries(parameters.map((name) => [name, z.string().optional()])));

/** The token endpoints in both versions. */
export function tokenRoutes(signer: Signer, issuers: readonly TrustedIssuer[]): Route[] {
  return ([1, 2] as const).map((endpointVersion) =>
    routeWithBody({
      method: "POST",
      path: endpointVersion === 1 ? "/:tenant/oauth2/token" : "/:tenant/oauth2/v2.0/token",
      // MSAL repeats its correlation id in the query; ADAL's libraries put `api-version=1.0` on the v1 endpoint.
      query: endpointVersion === 1 ? ["client-request-id", "api-version"] : ["client-request-id"],
      anonymous: true,
      body: form,
      async handle(request) {
        const context = grantContext(request, endpointVersion, signer, issuers);
        const type = requireParameter(context.form, "grant_type");
        const grant = grants.find((candidate) => candidate.type === type);
        if (grant === undefined) {
          throw entraError(70003, "unsupported_grant_type", `The app requested an unsupported grant type '${type}'.`);
        }
        return grant.answer(context);
      },
    }),
  );
}

function grantContext(
  { world, parameters: { tenant = "" }, headers, body: form }: RouteRequest<TokenForm>,
  endpointVersion: 1 | 2,
  signer: Signer,
  issuers: readonly TrustedIssuer[],
): GrantContext {
  return {
    world,
    tenant: sharedAuthorities.includes(tenant.toLowerCase())
      ? impliedTenant(world, tenant.toLowerCase(), form)
      : requireTenant(world, tenant),
    endpointVersion,
    form,
    basic: readBasic(headers["authorization"]),
    signer,
    issuers,
  };
}

/** The tenant that a request at a shared address implies: the user's, as told by the name, or by what an earlier sign-in left. */
function impliedTenant(world: World, authority: string, form: TokenForm): Tenant {
  if (form["grant_type"] === "password") {
    if (authority !== "organizations") throw refuseSharedPassword();
    const tenant = findTenant(world, form["username"]?.split("@")[1] ?? "");
    if (tenant !== undefined) return tenant;
  }
  const home = deviceTenant(world, form) ?? tenantOfSession(world, form);
  if (home !== undefined) return home;
  throw entraError(
    50059,
    "invalid_request",
    "No tenant-identifying information found in either the request or implied by any provided credentials.",
  );
}

function tenantOfSession(world: World, form: TokenForm): Tenant | undefined {
  const { grant_type: type, refresh_token: token = "", code = "" } = form;
  if (type === "refresh_token") return findRefreshToken(world, token)?.home;
  return type === "authorization_code" ? findCode(world, code)?.home : undefined;
}

function readBasic(header: string | undefined): GrantContext["basic"] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
  const decode = (part: string) => new URLSearchParams(`x=${part}`).get("x") ?? "";
  return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
}

/** Who a token request claims to be. */
export function claimedCaller(
  request: Pick<RouteRequest<TokenForm | undefined>, "world" | "parameters" | "headers" | "body">,
): ClaimedCaller {
  const clientId = readBasic(request.headers["authorization"])?.clientId ?? request.body?.["client_id"] ?? null;
  const tenant = request.parameters["tenant"];
  return { clientId, tenantId: (tenant === undefined ? undefined : findTenant(request.world, tenant)?.id) ?? null };
}
