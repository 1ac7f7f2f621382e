import { entraError } from "./errors";
import { type Grant, requireParameter } from "./grant";
import { readRequestedAccess } from "./requested-access";
import { answerUserGrant } from "./user-answer";
import { authenticateUserClient } from "./user-client";
import { checkPassword } from "./user-password";

/**
 * A user's name and password in place of a sign-in (`grant_type=password`). It has no second factor, so the token shows none.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc
 */
export const passwordGrant: Grant = {
  type: "password",
  async answer(context) {
    const { world, tenant, form, endpointVersion } = context;
    const access = readRequestedAccess(form, endpointVersion);
    const userName = requireParameter(form, "username");
    const password = requireParameter(form, "password");
    const client = await authenticateUserClient(context);
    const user = checkPassword(world, tenant, userName, password);
    const session = {
      userId: user.id,
      clientId: client.application.appId,
      methods: ["pwd"],
      authenticatedAt: world.clock.now().toISOString(),
      resource: endpointVersion === 1 ? access.identifier : null,
      scope: endpointVersion === 2 ? (form["scope"] ?? null) : null,
      isPublicClient: client.proof === "none",
    };
    return answerUserGrant({ context, client, user, session, access, kind: "password", nonce: null });
  },
};

/** The password grant at an address that stands for no single tenant. */
export function refuseSharedPassword() {
  return entraError(
    9001023,
    "invalid_request",
    "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
  );
}
