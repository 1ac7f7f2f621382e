import { randomBytes } from "node:crypto";
import { hashSecret } from "../../world/secret-hash";
import type { AuthorizationCode, RefreshToken, Session } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";

/** Like Entra's: opaque, and too long for a vault tag or a command line. */
const refreshTokenPrefix = "1.AX";
const codePrefix = "1.AW";
const bodyBytes = { refreshToken: 600, code: 300 };

/** Days that an unused refresh token stays valid. Each use returns a new one with its own lifetime. */
export const refreshTokenDays = 90;
/** Minutes that an authorization code stays valid. */
export const codeMinutes = 10;

/** A new refresh token for the session, and its text, which is not stored. Older ones stay valid. */
export function mintRefreshToken(world: World, tenant: Tenant, session: Session): string {
  const text = `${refreshTokenPrefix}${randomBytes(bodyBytes.refreshToken).toString("base64url")}`;
  const { userId, clientId, methods, authenticatedAt, resource, scope, isPublicClient } = session;
  tenant.refreshTokens.put({
    id: hashSecret(text),
    issuedAt: world.clock.now().toISOString(),
    userId,
    clientId,
    methods,
    authenticatedAt,
    resource,
    scope,
    isPublicClient,
  });
  return text;
}

/** A new authorization code, and its text. */
export function mintCode(
  world: World,
  tenant: Tenant,
  facts: Omit<AuthorizationCode, "id" | "issuedAt" | "isRedeemed">,
): string {
  const text = `${codePrefix}${randomBytes(bodyBytes.code).toString("base64url")}`;
  const issuedAt = world.clock.now().toISOString();
  tenant.authorizationCodes.put({ ...facts, id: hashSecret(text), issuedAt, isRedeemed: false });
  return text;
}

/** Whether a text has the form of a refresh token. */
export const looksLikeRefreshToken = (text: string): boolean => looksLike(text, refreshTokenPrefix);
export const looksLikeCode = (text: string): boolean => looksLike(text, codePrefix);

function looksLike(text: string, prefix: string): boolean {
  return text.startsWith(prefix) && /^[\w.-]{200,}$/.test(text);
}

/** A refresh token and its tenant. */
export function findRefreshToken(world: World, text: string): { home: Tenant; token: RefreshToken } | undefined {
  const id = hashSecret(text);
  for (const home of world.tenants.values()) {
    const token = home.refreshTokens.get(id);
    if (token !== undefined) return { home, token };
  }
  return undefined;
}

/** An authorization code and its tenant. */
export function findCode(world: World, text: string): { home: Tenant; code: AuthorizationCode } | undefined {
  const id = hashSecret(text);
  for (const home of world.tenants.values()) {
    const code = home.authorizationCodes.get(id);
    if (code !== undefined) return { home, code };
  }
  return undefined;
}
