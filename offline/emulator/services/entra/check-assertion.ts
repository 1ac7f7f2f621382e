import { decodeJwt, decodeProtectedHeader, type JWTHeaderParameters } from "jose";
import type { Assertion, AssertionContext } from "./assertion";
import type { Client } from "./client";
import { entraError } from "./errors";
import { checkFederatedAssertion } from "./federated-assertion";
import { checkSignedAssertion } from "./signed-assertion";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Checks a client assertion: the client's own, signed with its certificate, or another issuer's that a federated credential trusts. */
export async function checkAssertion(
  context: AssertionContext,
  client: Client,
  text: string,
  type: string | undefined,
): Promise<void> {
  if (type === undefined) {
    throw entraError(
      900144,
      "invalid_request",
      "The request body must contain the following parameter: 'client_assertion_type'.",
    );
  }
  if (type !== assertionType) {
    // UNVERIFIED: no documented number says "unsupported assertion type".
    throw entraError(50027, "invalid_request", `JWT token is invalid or malformed: client_assertion_type '${type}'.`);
  }
  const assertion = parse(text);
  const isOwn =
    typeof assertion.payload.iss === "string" && assertion.payload.iss.toLowerCase() === client.application.appId;
  if (isOwn) await checkSignedAssertion(context, client, assertion);
  else await checkFederatedAssertion(context, client, assertion);
}

function parse(text: string): Assertion {
  try {
    return { text, header: decodeProtectedHeader(text) as JWTHeaderParameters, payload: decodeJwt(text) };
  } catch {
    throw entraError(50027, "invalid_request", "JWT token is invalid or malformed.");
  }
}
