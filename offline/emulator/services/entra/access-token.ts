import { randomBytes, randomInt } from "node:crypto";
import type { ServicePrincipal } from "../../world/directory";
import type { Tenant, World } from "../../world/world";
import type { Resource } from "./resources";
import type { Signer } from "./signing";

/** How the client proved itself: the token's `appidacr` (v1) or `azpacr` (v2). */
export type ClientProof = "secret" | "assertion";

export interface AppTokenRequest {
  readonly world: World;
  readonly tenant: Tenant;
  readonly client: ServicePrincipal;
  readonly resource: Resource;
  readonly proof: ClientProof;
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly notBefore: number;
  readonly expiresOn: number;
  readonly lifetimeSeconds: number;
}

/** An app-only access token: roles are the application permissions granted at this moment, and stay in the token until it expires. */
export async function issueAppToken(signer: Signer, request: AppTokenRequest): Promise<IssuedToken> {
  const { tenant, client, resource } = request;
  const now = Math.floor(request.world.clock.now().getTime() / 1000);
  // Entra picks a lifetime between 60 and 90 minutes.
  const lifetimeSeconds = randomInt(60 * 60, 90 * 60);
  const roles = grantedRoles(tenant, client, resource.principal);
  const accessToken = await signer.sign({
    ...versionClaims(request),
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    idp: `${request.world.addresses.origin}/${tenant.id}/`,
    app_displayname: String(client.properties["displayName"] ?? ""),
    idtyp: "app",
    oid: client.id,
    sub: client.id,
    tid: tenant.id,
    uti: randomBytes(16).toString("base64url"),
    ...(roles.length > 0 ? { roles } : {}),
  });
  return { accessToken, notBefore: now, expiresOn: now + lifetimeSeconds, lifetimeSeconds };
}

/** The token's version depends on the API it is for, not on the endpoint that issued it. */
function versionClaims({ world, tenant, client, resource, proof }: AppTokenRequest): Record<string, string> {
  const origin = world.addresses.origin;
  const proofClass = proof === "secret" ? "1" : "2";
  return resource.tokenVersion === 1
    ? {
        aud: resource.identifier,
        iss: issuerOf(origin, tenant.id, 1),
        appid: client.appId,
        appidacr: proofClass,
        ver: "1.0",
      }
    : {
        aud: resource.principal.appId,
        iss: issuerOf(origin, tenant.id, 2),
        azp: client.appId,
        azpacr: proofClass,
        ver: "2.0",
      };
}

/** The issuer of a tenant's tokens: `sts.windows.net/<tenant>/` in form 1.0, `<login host>/<tenant>/v2.0` in form 2.0, both on our origin. */
export function issuerOf(origin: string, tenantId: string, version: 1 | 2): string {
  return version === 1 ? `${origin}/${tenantId}/` : `${origin}/${tenantId}/v2.0`;
}

function grantedRoles(tenant: Tenant, client: ServicePrincipal, resource: ServicePrincipal): string[] {
  const published = resource.properties["appRoles"];
  const values = new Map<string, string>();
  for (const role of Array.isArray(published) ? published : []) {
    if (
      typeof role === "object" &&
      role !== null &&
      !Array.isArray(role) &&
      "value" in role &&
      "id" in role &&
      role["isEnabled"] !== false
    ) {
      values.set(String(role["id"]), String(role["value"]));
    }
  }
  const granted = tenant.assignments
    .all()
    .filter(({ principalId, resourceId }) => principalId === client.id && resourceId === resource.id);
  return granted.flatMap(({ appRoleId }) => values.get(appRoleId) ?? []).sort();
}
