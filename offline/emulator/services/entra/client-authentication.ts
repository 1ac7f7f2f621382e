import type { ClientProof } from "./access-token";
import { checkAssertion } from "./check-assertion";
import { type Client, findClient } from "./client";
import { checkSecret } from "./client-secret";
import { entraError } from "./errors";
import { type GrantContext, requireParameter } from "./grant";

export interface AuthenticatedClient extends Client {
  readonly proof: ClientProof;
}

/** The confidential client that makes the request, authenticated by secret (form or Basic header) or by assertion. */
export async function authenticateClient(context: GrantContext): Promise<AuthenticatedClient> {
  const { world, tenant, form, basic, issuers } = context;
  const client = findClient(world, tenant, basic?.clientId ?? requireParameter(form, "client_id"));
  const secret = basic?.secret ?? form["client_secret"];
  const assertion = form["client_assertion"];
  if (assertion !== undefined) {
    const assertionContext = { world, issuers, tenantId: tenant.id, tenantDomain: tenant.domain };
    await checkAssertion(assertionContext, client, assertion, form["client_assertion_type"]);
    return { ...client, proof: "assertion" };
  }
  if (secret === undefined || secret === "") {
    throw entraError(
      7000218,
      "invalid_client",
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  checkSecret(world, client, secret);
  return { ...client, proof: "secret" };
}
