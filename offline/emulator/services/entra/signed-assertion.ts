import { createHash, X509Certificate } from "node:crypto";
import { compactVerify } from "jose";
import { microsoftHosts } from "../../http/hosts";
import type { Application } from "../../world/directory";
import { issuerOf } from "./access-token";
import { type Assertion, type AssertionContext, isWithinTime } from "./assertion";
import type { Client } from "./client";
import { entraError } from "./errors";

/** Checks an assertion that the client signed with a certificate registered on its application. */
export async function checkSignedAssertion(
  context: AssertionContext,
  { application }: Client,
  assertion: Assertion,
): Promise<void> {
  const { header, payload } = assertion;
  if (payload.sub?.toLowerCase() !== application.appId) {
    throw entraError(
      700021,
      "invalid_client",
      "Client assertion application identifier doesn't match 'client_id' parameter.",
    );
  }
  const certificate = findCertificate(application, header);
  if (certificate === undefined) throw wrongKey(application, "The key was not found.");
  try {
    await compactVerify(assertion.text, certificate.publicKey, { algorithms: ["RS256", "PS256"] });
  } catch {
    throw wrongKey(application, "The key used is not the one that signed.");
  }
  if (context.world.clock.now() >= new Date(certificate.validTo))
    throw wrongKey(application, "The key used is expired.");
  if (!isWithinTime(context.world, payload)) {
    throw entraError(700024, "invalid_client", "Client assertion is not within its valid time range.");
  }
  checkAudience(context, payload.aud);
}

function checkAudience(
  { world, tenantId, tenantDomain }: AssertionContext,
  audience: string | string[] | undefined,
): void {
  const bases = [world.addresses.origin, `https://${microsoftHosts.login}`];
  const accepted = [tenantId, tenantDomain].flatMap((tenant) =>
    bases.flatMap((base) => [
      `${base}/${tenant}/oauth2/v2.0/token`,
      `${base}/${tenant}/oauth2/token`,
      issuerOf(base, tenant, 1),
      issuerOf(base, tenant, 2),
    ]),
  );
  if (typeof audience !== "string" || !accepted.includes(audience)) {
    throw entraError(700023, "invalid_client", "Client assertion audience claim does not match Realm issuer.");
  }
}

/** The registered certificate that the header's thumbprint names: SHA-256 (`x5t#S256`) or SHA-1 (`x5t`). MSAL for Python pads it with `=`. */
function findCertificate(application: Application, header: Record<string, unknown>): X509Certificate | undefined {
  const wanted = ["x5t#S256", "x5t"]
    .map((name) => header[name])
    .filter((value) => typeof value === "string")
    .map((thumbprint) => thumbprint.replace(/=+$/, ""));
  return certificates(application).find(({ raw }) =>
    wanted.some((thumbprint) =>
      ["sha256", "sha1"].some((hash) => createHash(hash).update(raw).digest("base64url") === thumbprint),
    ),
  );
}

function certificates({ keyCredentials }: Application): X509Certificate[] {
  return keyCredentials.flatMap(({ key }) => {
    if (typeof key !== "string") return [];
    try {
      return [new X509Certificate(Buffer.from(key, "base64"))];
    } catch {
      // Some credentials hold something else than a certificate (a symmetric or a raw public key): never a match.
      return [];
    }
  });
}

function wrongKey(application: Application, reason: string) {
  return entraError(
    700027,
    "invalid_client",
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - ${reason} Please visit the Azure portal for the application '${application.appId}' to check its certificates.]`,
  );
}
