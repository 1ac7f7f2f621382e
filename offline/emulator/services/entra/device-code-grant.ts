import { hashSecret } from "../../world/secret-hash";
import type { DeviceSignIn } from "../../world/user-sign-ins";
import type { Tenant, World } from "../../world/world";
import { entraError } from "./errors";
import { type Grant, requireParameter, type TokenForm } from "./grant";
import { readRequestedAccess } from "./requested-access";
import { answerUserGrant } from "./user-answer";
import { authenticateUserClient } from "./user-client";
import { requireEnabled } from "./user-password";

/** The names of the grant and its code on both endpoints; the v1 endpoint has shorter ones. */
const types = ["urn:ietf:params:oauth:grant-type:device_code", "device_code"];
const codeOf = (form: TokenForm): string =>
  form["device_code"] ?? form["code"] ?? requireParameter(form, "device_code");

/** The tokens of a sign-in on another device: refused with "pending" until the user has finished. The code works once. */
export const deviceCodeGrants: readonly Grant[] = types.map((type) => ({
  type,
  async answer(context) {
    const { world, form, endpointVersion, tenant } = context;
    const client = await authenticateUserClient(context);
    const signIn = requireSignIn(world, form, client.application.appId);
    const { session } = requireFinished(signIn);
    const user = tenant.users.get(session.userId);
    if (user === undefined) throw badCode();
    requireEnabled(user);
    const access = readRequestedAccess(form, endpointVersion, signIn);
    const isPublicClient = client.proof === "none";
    world.deviceSignIns.delete(hashSecret(codeOf(form)));
    return answerUserGrant({
      context,
      client,
      user,
      session: { ...session, isPublicClient },
      access,
      kind: "code",
      nonce: null,
    });
  },
}));

/** The tenant of a device's sign-in at a shared address. Until it is known, refuses as the grant does. */
export function deviceTenant(world: World, form: TokenForm): Tenant | undefined {
  if (!types.includes(form["grant_type"] ?? "")) return undefined;
  const signIn = requireSignIn(world, form, (form["client_id"] ?? "").toLowerCase());
  return world.tenants.get(requireFinished(signIn).tenantId);
}

function requireSignIn(world: World, form: TokenForm, clientId: string): DeviceSignIn {
  const signIn = world.deviceSignIns.get(hashSecret(codeOf(form)));
  if (signIn === undefined || signIn.clientId !== clientId) throw badCode();
  if (world.clock.now() >= new Date(signIn.expiresAt)) {
    throw entraError(70019, "expired_token", "Verification code expired.");
  }
  return signIn;
}

function requireFinished({ outcome }: DeviceSignIn) {
  if (outcome === "pending") {
    throw entraError(
      70016,
      "authorization_pending",
      "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    );
  }
  if (outcome === "declined") {
    // UNVERIFIED: the number. The error's name is documented.
    throw entraError(65004, "authorization_declined", "The end user declined the authorization request.");
  }
  return outcome;
}

const badCode = () => entraError(70018, "bad_verification_code", "Invalid verification code.");
