import type { User } from "../../world/directory";
import { type AccessBlock, type SignInSettings, settingsOf } from "../../world/tenant-settings";
import type { Session } from "../../world/user-sign-ins";
import type { Tenant } from "../../world/world";
import type { Client } from "./client";
import { entraError } from "./errors";
import type { Resource } from "./resources";

/** How a user's token is requested. */
export type SignInKind = "password" | "refresh" | "code";

/** Everything that decides whether a user may sign in. */
export interface SignInAttempt {
  readonly tenant: Tenant;
  readonly client: Client;
  readonly user: User;
  readonly session: Session;
  readonly resource: Resource;
  readonly endpointVersion: 1 | 2;
  readonly kind: SignInKind;
  readonly now: Date;
}

/** Applies the tenant's policies: security defaults, Conditional Access, a missing or old second factor. */
export function checkPolicies(attempt: SignInAttempt): void {
  const { tenant, session, user, now } = attempt;
  const settings = settingsOf(tenant).signIn;
  checkBlock(settings, attempt.kind);
  const age = now.getTime() - Date.parse(session.authenticatedAt);
  if (attempt.kind === "refresh") checkFrequency(settings, session, age);
  const hasMfa = session.methods.includes("mfa");
  if (settings.requiresMfa && !hasMfa) throw mfaNeeded(attempt, user);
  if (hasMfa && settings.mfaLifetimeHours !== null && age >= settings.mfaLifetimeHours * 3_600_000) {
    throw strongAuthentication(
      attempt,
      50078,
      `Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '${attempt.resource.principal.appId}'.`,
    );
  }
}

const blocks: Readonly<Record<AccessBlock, readonly [number: number, sentence: string]>> = {
  block: [
    53003,
    "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
  ],
  "compliant-device": [
    53000,
    "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.",
  ],
  "joined-device": [
    53001,
    "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.",
  ],
  "approved-client": [
    53002,
    "The application used is not an approved application for Conditional Access. User needs to use one of the applications from the list of approved applications to use in order to get access.",
  ],
  "security-policy": [530032, "User blocked due to a security policy of the tenant."],
  "security-defaults": [
    530035,
    "Access has been blocked by security defaults. The request is deemed unsafe by security defaults policies.",
  ],
};

function checkBlock({ conditionalAccess }: SignInSettings, kind: SignInKind): void {
  if (conditionalAccess === null) return;
  // Security defaults only refuse requests that cannot have a second factor.
  if (conditionalAccess === "security-defaults" && kind !== "password") return;
  const [number, sentence] = blocks[conditionalAccess];
  // UNVERIFIED: `interaction_required` was also reported for devices; clients should take either.
  throw entraError(number, "invalid_grant", sentence, { suberror: "message_only" });
}

function checkFrequency({ signInFrequencyHours }: SignInSettings, session: Session, age: number): void {
  if (signInFrequencyHours === null || age < signInFrequencyHours * 3_600_000) return;
  throw entraError(
    70043,
    "invalid_grant",
    `The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on ${session.authenticatedAt} and the maximum allowed lifetime for this request is ${signInFrequencyHours * 3600}.`,
    { suberror: "token_expired" },
  );
}

/** The number depends on the user's second factor: another company's, one of Entra's, or none yet. */
function mfaNeeded(attempt: SignInAttempt, user: User) {
  if (user.signIn.hasExternalMfa) {
    return strongAuthentication(attempt, 50158, "External security challenge was not satisfied.");
  }
  const because =
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must";
  return user.mfa
    ? strongAuthentication(
        attempt,
        50076,
        `${because} use multi-factor authentication to access '${attempt.resource.principal.appId}'.`,
      )
    : strongAuthentication(
        attempt,
        50079,
        `${because} enroll in multi-factor authentication to access '${attempt.resource.principal.appId}'.`,
      );
}

/**
 * UNVERIFIED: reports show `interaction_required` from the v1 endpoint and `invalid_grant` from v2 for the same numbers; clients should take
 * either from both.
 */
function strongAuthentication({ endpointVersion, tenant }: SignInAttempt, number: number, sentence: string) {
  const policy = { access_token: { capolids: { essential: true, values: [tenant.id] } } };
  const claims = JSON.stringify(policy);
  return entraError(number, endpointVersion === 1 ? "interaction_required" : "invalid_grant", sentence, {
    suberror: "basic_action",
    claims,
  });
}

/** Where assignment is required, only assigned users get tokens. Assignments to groups are not emulated: users are in none. */
export function requireAssignedUser(tenant: Tenant, { application, principal }: Client, user: User): void {
  if (!principal.appRoleAssignmentRequired) return;
  const isAssigned = tenant.assignments
    .all()
    .some(({ principalId, resourceId }) => principalId === user.id && resourceId === principal.id);
  if (isAssigned) return;
  throw entraError(
    50105,
    // UNVERIFIED: older reports show `interaction_required` with this number.
    "invalid_grant",
    `Your administrator has configured the application ${String(application.properties["displayName"] ?? "")} ('${application.appId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{EUII Hidden}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.`,
  );
}
