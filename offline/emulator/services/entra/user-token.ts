import { createHash, randomBytes, randomInt } from "node:crypto";
import type { User } from "../../world/directory";
import type { Tenant, World } from "../../world/world";
import { directoryRoleTemplatesOf } from "../graph/directory-roles";
import { type ClientProof, type IssuedToken, issuerOf } from "./access-token";
import type { Client } from "./client";
import type { Resource } from "./resources";
import type { Signer } from "./signing";

/** A user's token before it is written. */
export interface UserTokenRequest {
  readonly world: World;
  readonly tenant: Tenant;
  readonly client: Client;
  /** "none": a public client, which does not authenticate. */
  readonly proof: ClientProof | "none";
  readonly user: User;
  readonly methods: readonly string[];
  readonly resource: Resource;
  readonly scopes: readonly string[];
}

/** In the tokens of every member of a tenant, administrator or not; it names no role. */
const ordinaryUserRole = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/** An access token that acts as the user. Its version depends on the API it is for, not on the endpoint. */
export async function issueUserToken(signer: Signer, request: UserTokenRequest): Promise<IssuedToken> {
  const { world, tenant, client, proof, user, methods, resource, scopes } = request;
  const now = Math.floor(world.clock.now().getTime() / 1000);
  // Entra picks a lifetime between 60 and 90 minutes.
  const lifetimeSeconds = randomInt(60 * 60, 90 * 60);
  const proofClass = { none: "0", secret: "1", assertion: "2" }[proof];
  const { origin } = world.addresses;
  const { appId } = client.principal;
  const name = String(user.properties["displayName"] ?? "");
  const upn = user.userPrincipalName;
  const ofVersion =
    resource.tokenVersion === 1
      ? {
          aud: resource.identifier,
          iss: issuerOf(origin, tenant.id, 1),
          acr: "1",
          amr: [...methods],
          appid: appId,
          appidacr: proofClass,
          unique_name: upn,
          upn,
          ver: "1.0",
        }
      : {
          aud: resource.principal.appId,
          iss: issuerOf(origin, tenant.id, 2),
          azp: appId,
          azpacr: proofClass,
          preferred_username: upn,
          ver: "2.0",
        };
  const accessToken = await signer.sign({
    ...ofVersion,
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    ipaddr: "127.0.0.1",
    name,
    oid: user.id,
    scp: scopes.join(" "),
    sub: pairwise(resource.principal.appId, user.id),
    tid: tenant.id,
    uti: randomBytes(16).toString("base64url"),
    // UNVERIFIED that tokens for Partner Center carry role ids; those for Microsoft Graph do. A client should not rely on them being there.
    wids: [...directoryRoleTemplatesOf(user), ordinaryUserRole],
  });
  return { accessToken, notBefore: now, expiresOn: now + lifetimeSeconds, lifetimeSeconds };
}

/** A token that tells the application who signed in. Its version depends on the endpoint. */
export function issueIdToken(
  signer: Signer,
  { world, tenant, client, user }: UserTokenRequest,
  endpointVersion: 1 | 2,
  nonce: string | null,
): Promise<string> {
  const now = Math.floor(world.clock.now().getTime() / 1000);
  const upn = user.userPrincipalName;
  const names = endpointVersion === 1 ? { unique_name: upn, upn, ver: "1.0" } : { preferred_username: upn, ver: "2.0" };
  return signer.sign({
    aud: client.principal.appId,
    iss: issuerOf(world.addresses.origin, tenant.id, endpointVersion),
    iat: now,
    nbf: now,
    exp: now + 3600,
    name: String(user.properties["displayName"] ?? ""),
    ...(nonce === null ? {} : { nonce }),
    oid: user.id,
    sub: pairwise(client.principal.appId, user.id),
    tid: tenant.id,
    uti: randomBytes(16).toString("base64url"),
    ...names,
  });
}

/** A user's id for one application only. */
function pairwise(appId: string, userId: string): string {
  return createHash("sha256").update(`${appId} ${userId}`).digest("base64url");
}
