import { errors, type JWTPayload, jwtVerify } from "jose";
import { normalise } from "../services/entra/resources";
import type { Signer } from "../services/entra/signing";
import type { Tenant, World } from "../world/world";
import { unauthenticated } from "./refusals";
import type { Caller, ServiceDefinition } from "./route";

/** The claims of a verified bearer token. Whether a service accepts it is checked separately. */
export interface VerifiedToken {
  readonly payload: JWTPayload;
}

/** The caller, from the bearer token alone; undefined without one. Lifetimes follow the emulator's clock. */
export async function readToken(
  world: World,
  signer: Signer,
  authorization: string | undefined,
): Promise<VerifiedToken | undefined> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, signer.publicKey, {
      algorithms: ["RS256"],
      currentDate: world.clock.now(),
    });
    return { payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthenticated("expired");
    if (error instanceof errors.JWTClaimValidationFailed) throw unauthenticated("not-yet-valid");
    if (error instanceof errors.JWSSignatureVerificationFailed) throw unauthenticated("signature");
    throw unauthenticated("malformed");
  }
}

/** The caller behind a token, if it is meant for this service and its tenant still knows the principal. */
export function requireCaller(world: World, definition: ServiceDefinition, token: VerifiedToken | undefined): Caller {
  if (token === undefined) throw unauthenticated("missing");
  const { payload } = token;
  const accepted = definition.audiences?.(world) ?? [];
  if (typeof payload.aud !== "string" || !accepted.includes(normalise(payload.aud))) {
    throw unauthenticated("audience", text(payload.aud));
  }
  const tenant = world.tenants.get(text(payload["tid"]));
  if (tenant === undefined || !payload.iss?.startsWith(`${world.addresses.origin}/${tenant.id}/`)) {
    throw unauthenticated("issuer");
  }
  const objectId = text(payload["oid"]);
  if (!isEnabled(tenant, objectId)) throw unauthenticated("identity");
  const scopes = text(payload["scp"])
    .split(" ")
    .filter((scope) => scope !== "");
  return {
    tenant,
    objectId,
    clientId: text(payload["appid"] ?? payload["azp"]),
    roles: Array.isArray(payload["roles"]) ? payload["roles"].map(String) : [],
    scopes,
    isAppOnly: payload["scp"] === undefined,
    ...(Array.isArray(payload["amr"]) ? { methods: payload["amr"].map(String) } : {}),
  };
}

function isEnabled(tenant: Tenant, objectId: string): boolean {
  const principal = tenant.servicePrincipals.get(objectId) ?? tenant.users.get(objectId);
  return principal?.accountEnabled === true;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
