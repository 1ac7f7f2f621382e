import type { RouteResponse } from "../../http/route";
import type { User } from "../../world/directory";
import { settingsOf } from "../../world/tenant-settings";
import type { Session } from "../../world/user-sign-ins";
import type { Tenant } from "../../world/world";
import type { IssuedToken } from "./access-token";
import { grantedScopes, isConsented, notConsented, requireKnownScopes, requireListed } from "./consent";
import { entraError } from "./errors";
import type { GrantContext } from "./grant";
import type { RequestedAccess } from "./requested-access";
import { findResource, type Resource } from "./resources";
import { mintRefreshToken } from "./user-artifacts";
import type { UserClient } from "./user-client";
import { requireEnabled } from "./user-password";
import { checkPolicies, requireAssignedUser, type SignInKind } from "./user-policy";
import { issueIdToken, issueUserToken, type UserTokenRequest } from "./user-token";

/** An authenticated user, signing in through an authenticated client. */
export interface UserGrant {
  readonly context: GrantContext;
  readonly client: UserClient;
  readonly user: User;
  readonly session: Session;
  readonly access: RequestedAccess;
  readonly kind: SignInKind;
  readonly nonce: string | null;
}

/** Checks everything between an authenticated user and a token, and responds as the endpoint does. */
export async function answerUserGrant(grant: UserGrant): Promise<RouteResponse> {
  const { context, client, user, session, access, kind } = grant;
  const { world, tenant, endpointVersion } = context;
  const resource = findResource(world, tenant, access.identifier);
  requireNoLoop(grant, resource);
  requireEnabled(user);
  requireListed(client, resource, access);
  requireKnownScopes(client, resource, access);
  const now = world.clock.now();
  checkPolicies({ tenant, client, user, session, resource, endpointVersion, kind, now });
  requireAssignedUser(tenant, client, user);
  if (!isConsented({ tenant, client, userId: user.id }, resource, access)) throw notConsented(client);
  return issue(grant, resource);
}

async function issue(grant: UserGrant, resource: Resource): Promise<RouteResponse> {
  const { context, client, user, session, access, kind, nonce } = grant;
  const { world, tenant, signer, endpointVersion, form } = context;
  const scopes = grantedScopes(tenant, client.principal, resource.principal, user.id);
  const facts = { world, tenant, client, proof: client.proof, user, methods: session.methods, resource, scopes };
  const token = await issueUserToken(signer, facts);
  const hasIdToken = access.openId.includes("openid") || (endpointVersion === 1 && kind === "code");
  const idToken = hasIdToken ? await issueIdToken(signer, facts, endpointVersion, nonce) : undefined;
  // Redeeming a refresh token returns the next one, whether or not the request asks for `offline_access` again.
  const hasRefreshToken = access.wantsRefreshToken || kind === "refresh";
  const body = {
    ...(endpointVersion === 2 ? secondForm(token, facts) : firstForm(token, facts, access)),
    access_token: token.accessToken,
    ...(hasRefreshToken ? { refresh_token: mintRefreshToken(world, tenant, session) } : {}),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(form["client_info"] === "1" ? { client_info: clientInfo(tenant, user) } : {}),
  };
  return { status: 200, headers: { "cache-control": "no-store, no-cache", pragma: "no-cache" }, body };
}

function secondForm({ lifetimeSeconds }: IssuedToken, { resource, scopes }: UserTokenRequest) {
  const life = lifetimeSeconds - 1;
  const isGraph = resource.identifier.toLowerCase().startsWith("https://graph.microsoft.com");
  // Microsoft Graph's permissions have bare names, those of other APIs begin with the API.
  const scope = scopes.map((name) => (isGraph ? name : `${resource.identifier}/${name}`)).join(" ");
  return { token_type: "Bearer", scope, expires_in: life, ext_expires_in: life };
}

/** The v1 endpoint writes every number as text. */
function firstForm(token: IssuedToken, { scopes }: UserTokenRequest, { identifier }: RequestedAccess) {
  const life = String(token.lifetimeSeconds - 1);
  return {
    token_type: "Bearer",
    scope: scopes.join(" "),
    expires_in: life,
    ext_expires_in: life,
    expires_on: String(token.expiresOn),
    not_before: String(token.notBefore),
    resource: identifier,
  };
}

/** MSAL's id of an account. */
export function clientInfo(tenant: Tenant, user: User): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString("base64url");
}

const loopMinutes = 5;
/** Times of identical requests, per tenant. Not part of the world, because no one can read it. */
const requestTimes = new WeakMap<Tenant, Map<string, number[]>>();

function requireNoLoop({ context, client, user, kind }: UserGrant, { principal }: Resource): void {
  const { tenant, world } = context;
  const { loopLimit } = settingsOf(tenant).signIn;
  if (loopLimit === null) return;
  const known = requestTimes.get(tenant) ?? new Map<string, number[]>();
  requestTimes.set(tenant, known);
  const key = [client.principal.id, user.id, principal.id, kind].join(" ");
  const now = world.clock.now().getTime();
  const recent = [...(known.get(key) ?? []), now].filter((at) => Math.abs(now - at) <= loopMinutes * 60_000);
  known.set(key, recent);
  if (recent.length <= loopLimit) return;
  throw entraError(
    50196,
    "invalid_grant",
    "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.",
  );
}
