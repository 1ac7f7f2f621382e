import { type Client, findClient } from "./client";
import { type AuthenticatedClient, authenticateClient } from "./client-authentication";
import { entraError } from "./errors";
import { type GrantContext, requireParameter } from "./grant";

/** The application through which a user signs in: authenticated, or public and then not. */
export interface UserClient extends Client {
  readonly proof: AuthenticatedClient["proof"] | "none";
}

/**
 * The client of a user's grant. `isPublic` says how the grant began, where it is known (by the redirect URI's platform, or by the refresh
 * token): a public client must not send a secret. Left out: an application with the public client flag may come without one.
 */
export async function authenticateUserClient(context: GrantContext, isPublic?: boolean): Promise<UserClient> {
  const { world, tenant, form, basic } = context;
  const hasProof = [basic?.secret, form["client_secret"], form["client_assertion"]].some((text) => (text ?? "") !== "");
  if (isPublic === true && hasProof) {
    throw entraError(
      700025,
      "invalid_client",
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    );
  }
  if (!hasProof) {
    const client = findClient(world, tenant, basic?.clientId ?? requireParameter(form, "client_id"));
    const isFlagged = client.application.properties["isFallbackPublicClient"] === true;
    if (isPublic ?? isFlagged) return { ...client, proof: "none" };
  }
  return authenticateClient(context);
}
