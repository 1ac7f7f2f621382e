import type { Tenant } from "./world";

/** What a tenant's Conditional Access, or its security defaults, refuse; each with a number of Entra's own. */
export const accessBlocks = [
  "block",
  "compliant-device",
  "joined-device",
  "approved-client",
  "security-policy",
  "security-defaults",
] as const;
export type AccessBlock = (typeof accessBlocks)[number];

/** How a tenant's people sign in, as its administrators have set it. */
export interface SignInSettings {
  /** Whether a token needs a second factor. A password alone then gets none, nor does a refresh token that began without one. */
  readonly requiresMfa: boolean;
  /** What refuses every sign-in of a user (`security-defaults`: the password grant only); null: nothing does. */
  readonly conditionalAccess: AccessBlock | null;
  /** Conditional Access sign-in frequency: hours after which a refresh token counts no more; null: no such policy. */
  readonly signInFrequencyHours: number | null;
  /** Hours after which a second factor must be shown again; null: never. */
  readonly mfaLifetimeHours: number | null;
  /** Whether users may ask an administrator for consent on the sign-in page. */
  readonly adminConsentWorkflow: boolean;
  /** Equal token requests within five minutes that are taken for a client's loop; null: no limit. */
  readonly loopLimit: number | null;
}

/** How Partner Center sees the tenant. Where nobody has described what the real service does, a switch has each likely answer. */
interface PartnerSettings {
  /** Enrolled in the partner program: has an MPN profile, and Insights. */
  readonly enrolled: boolean;
  /** Whether calls of a user without MFA are refused with 401 and 900421. */
  readonly enforcesMfa: boolean;
  /** Whether Insights answers `isMfaCompliant` as the rest of Partner Center does. UNVERIFIED: it may not. */
  readonly insightsReportsMfa: boolean;
  /** Who may list roles and their members. UNVERIFIED: only administrators were seen to do so. */
  readonly rolesReadableBy: "users" | "administrators";
  /** Whether Insights refuses by the HTTP status, or by `statusCode` inside a 200. Both were seen. */
  readonly insightsErrors: "status" | "envelope";
  /** Whether Insights takes tokens without a user. UNVERIFIED: the pages document app and user only. */
  readonly insightsTakesAppOnly: boolean;
  /** Seconds of the emulator's clock that a report waits, then runs. */
  readonly reportPendingSeconds: number;
  readonly reportRunningSeconds: number;
}

export interface TenantSettings {
  readonly id: "settings";
  readonly signIn: SignInSettings;
  readonly partnerCenter: PartnerSettings;
}

/** A partner tenant as Microsoft asks for it since 2026: MFA everywhere, enrolled, nothing else in the way. */
const initial: TenantSettings = {
  id: "settings",
  signIn: {
    requiresMfa: true,
    conditionalAccess: null,
    signInFrequencyHours: null,
    mfaLifetimeHours: null,
    adminConsentWorkflow: false,
    loopLimit: null,
  },
  partnerCenter: {
    enrolled: true,
    enforcesMfa: true,
    insightsReportsMfa: true,
    rolesReadableBy: "users",
    insightsErrors: "status",
    insightsTakesAppOnly: false,
    reportPendingSeconds: 2,
    reportRunningSeconds: 3,
  },
};

/** The tenant's settings: the first ones until somebody changed them. A home tenant is no partner until somebody says so. */
export function settingsOf(tenant: Tenant): TenantSettings {
  const enrolled = tenant.role === "partner";
  return tenant.settings.get("settings") ?? { ...initial, partnerCenter: { ...initial.partnerCenter, enrolled } };
}
