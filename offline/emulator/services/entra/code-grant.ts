import { createHash } from "node:crypto";
import type { AuthorizationCode } from "../../world/user-sign-ins";
import type { Tenant } from "../../world/world";
import { entraError } from "./errors";
import { type Grant, type GrantContext, requireParameter } from "./grant";
import { readRequestedAccess } from "./requested-access";
import { answerUserGrant } from "./user-answer";
import { codeMinutes, findCode, looksLikeCode } from "./user-artifacts";
import { authenticateUserClient } from "./user-client";
import { unknownUser } from "./user-password";

/**
 * What the sign-in page sent back, for a token (`grant_type=authorization_code`), with PKCE where the sign-in began with it.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const codeGrant: Grant = {
  type: "authorization_code",
  async answer(context) {
    const { form, endpointVersion, tenant } = context;
    const text = requireParameter(form, "code");
    const redirectUri = requireParameter(form, "redirect_uri");
    const found = findCode(context.world, text);
    const client = await authenticateUserClient(context, found?.code.isPublicClient);
    const code = requireOwn(context, text, found, client.application.appId);
    if (code.redirectUri !== redirectUri) {
      throw entraError(
        500112,
        "invalid_client",
        `The reply address '${redirectUri}' does not match the reply address '${code.redirectUri}' provided when requesting Authorization code.`,
      );
    }
    checkVerifier(code, form["code_verifier"]);
    const user = tenant.users.get(code.userId);
    if (user === undefined) throw unknownUser(tenant);
    redeem(tenant, code);
    const access = readRequestedAccess(form, endpointVersion, code);
    // Later requests may leave out what this one asked for.
    const session = endpointVersion === 2 ? { ...code, scope: form["scope"] ?? code.scope } : code;
    return answerUserGrant({ context, client, user, session, access, kind: "code", nonce: code.nonce });
  },
};

function requireOwn(
  { world, tenant }: GrantContext,
  text: string,
  found: ReturnType<typeof findCode>,
  clientId: string,
): AuthorizationCode {
  if (!looksLikeCode(text)) {
    throw entraError(9002313, "invalid_grant", "Invalid request. Request is malformed or invalid.");
  }
  if (found === undefined || found.code.clientId !== clientId) {
    throw entraError(70000, "invalid_grant", "The provided value for the 'code' parameter is not valid.");
  }
  const { home, code } = found;
  if (home !== tenant) {
    throw entraError(
      700005,
      "invalid_grant",
      "Provided Authorization Code is intended to use against other tenant, thus rejected.",
    );
  }
  if (code.isRedeemed) {
    throw entraError(
      54005,
      "invalid_grant",
      "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    );
  }
  const age = world.clock.now().getTime() - Date.parse(code.issuedAt);
  if (age >= codeMinutes * 60_000) {
    throw entraError(
      70008,
      "invalid_grant",
      "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
    );
  }
  return code;
}

/** RFC 7636, section 4.6. A sign-in that began without a challenge ignores the verifier. */
function checkVerifier({ challenge }: AuthorizationCode, verifier: string | undefined): void {
  if (challenge === null) return;
  if (verifier === undefined || verifier === "") {
    throw entraError(
      50148,
      "invalid_grant",
      "The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.",
    );
  }
  const proven = challenge.method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
  if (proven !== challenge.value) {
    throw entraError(
      501481,
      "invalid_grant",
      "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    );
  }
}

/** Marked before the token is issued: two requests with one code must not both get one. */
function redeem(tenant: Tenant, code: AuthorizationCode): void {
  tenant.authorizationCodes.put({ ...code, isRedeemed: true });
}
