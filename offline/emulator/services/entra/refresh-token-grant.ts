import type { User } from "../../world/directory";
import type { RefreshToken } from "../../world/user-sign-ins";
import type { Tenant } from "../../world/world";
import { entraError } from "./errors";
import { type Grant, type GrantContext, requireParameter } from "./grant";
import { readRequestedAccess } from "./requested-access";
import { answerUserGrant } from "./user-answer";
import { findRefreshToken, looksLikeRefreshToken, refreshTokenDays } from "./user-artifacts";
import { authenticateUserClient } from "./user-client";
import { requireEnabled } from "./user-password";

/**
 * A new access token for a sign-in of before (`grant_type=refresh_token`). The answer has the next refresh token; the one used stays good.
 * @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
export const refreshTokenGrant: Grant = {
  type: "refresh_token",
  async answer(context) {
    const { form, endpointVersion, tenant } = context;
    const text = requireParameter(form, "refresh_token");
    const found = findRefreshToken(context.world, text);
    const client = await authenticateUserClient(context, found?.token.isPublicClient);
    const token = requireOwn(context, text, found, client.application.appId);
    const user = requireUser(tenant, token);
    requireAlive(context, token, user);
    const access = readRequestedAccess(form, endpointVersion, token);
    return answerUserGrant({ context, client, user, session: token, access, kind: "refresh", nonce: null });
  },
};

/** The token, if it is one, was given to this client, and in this tenant. */
function requireOwn(
  { tenant }: GrantContext,
  text: string,
  found: ReturnType<typeof findRefreshToken>,
  clientId: string,
): RefreshToken {
  if (!looksLikeRefreshToken(text)) {
    throw entraError(9002313, "invalid_grant", "Invalid request. Request is malformed or invalid.");
  }
  if (found === undefined || found.token.clientId !== clientId) {
    // UNVERIFIED which of Entra's sentences goes with a token of another client; the number is its "invalid grant".
    throw entraError(
      70000,
      "invalid_grant",
      "The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.",
    );
  }
  if (found.home !== tenant) {
    throw entraError(
      50020,
      "invalid_grant",
      `User account '{EUII Hidden}' from identity provider 'https://sts.windows.net/${found.home.id}/' does not exist in tenant '${tenant.displayName}' and cannot access the application '${clientId}' in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
    );
  }
  return found.token;
}

function requireUser(tenant: Tenant, { userId }: RefreshToken): User {
  const user = tenant.users.get(userId);
  if (user !== undefined) return user;
  throw entraError(
    500341,
    "invalid_grant",
    `The user account {EUII Hidden} has been deleted from the ${tenant.id} directory. To sign into this application, the account must be added to the directory.`,
  );
}

function requireAlive({ world }: GrantContext, token: RefreshToken, user: User): void {
  requireEnabled(user);
  const validFrom = [user.signIn.sessionsValidFrom, token.isPublicClient ? user.signIn.passwordChangedAt : null]
    .filter((at) => at !== null)
    .sort()
    .at(-1);
  if (validFrom !== undefined && token.issuedAt <= validFrom) {
    throw entraError(
      50173,
      "invalid_grant",
      `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${token.issuedAt}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${validFrom}'.`,
      { suberror: "bad_token" },
    );
  }
  // UNVERIFIED whether using a token moves its own end; here only its successor lives longer, which is the stricter half.
  const age = world.clock.now().getTime() - Date.parse(token.issuedAt);
  if (age >= refreshTokenDays * 86_400_000) {
    throw entraError(
      700082,
      "invalid_grant",
      `The refresh token has expired due to inactivity. The token was issued on ${token.issuedAt} and was inactive for ${refreshTokenDays}.00:00:00.`,
    );
  }
}
