import { compactVerify, createLocalJWKSet } from "jose";
import { type Assertion, type AssertionContext, isWithinTime } from "./assertion";
import type { Client } from "./client";
import { entraError } from "./errors";

/** Checks another issuer's token against the application's federated credentials: issuer, subject and audience, exactly. */
export async function checkFederatedAssertion(
  context: AssertionContext,
  { application }: Client,
  assertion: Assertion,
): Promise<void> {
  const { iss, sub, aud } = assertion.payload;
  const audiences = [aud].flat();
  const none = (number: number, what: string) =>
    entraError(
      number,
      "invalid_client",
      `No matching federated identity record found for presented assertion ${what}. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
    );
  const credentials = application.federatedCredentials;
  if (credentials.length === 0) {
    // UNVERIFIED: older reports show this number with `invalid_request`.
    throw entraError(
      70021,
      "invalid_client",
      `No matching federated identity record found for presented assertion. Assertion Issuer: '${iss}'. Assertion Subject: '${sub}'. Assertion Audience: '${audiences.join(",")}'.`,
    );
  }
  const sameIssuer = credentials.filter(({ issuer }) => issuer === iss);
  if (sameIssuer.length === 0) throw none(700211, `issuer '${iss}'`);
  const sameSubject = sameIssuer.filter(({ subject }) => subject === sub);
  if (sameSubject.length === 0) throw none(700213, `subject '${sub}'`);
  if (!sameSubject.some((credential) => credential.audiences.some((audience) => audiences.includes(audience)))) {
    throw none(700212, `audience '${audiences.join(",")}'`);
  }
  await checkSignature(context, assertion);
}

async function checkSignature({ world, issuers }: AssertionContext, assertion: Assertion): Promise<void> {
  const issuer = issuers.find((candidate) => candidate.issuer === assertion.payload.iss);
  if (issuer === undefined) throw entraError(90061, "invalid_request", "Request to External OIDC endpoint failed.");
  try {
    await compactVerify(assertion.text, createLocalJWKSet(issuer.keys()), { algorithms: ["RS256"] });
  } catch {
    // UNVERIFIED which OAuth error goes with 50013 here; the number is documented for assertions that fail validation.
    throw entraError(50013, "invalid_client", "Assertion failed signature validation.");
  }
  if (!isWithinTime(world, assertion.payload)) {
    throw entraError(700024, "invalid_client", "Client assertion is not within its valid time range.");
  }
}
