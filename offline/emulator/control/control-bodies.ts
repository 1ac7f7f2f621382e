import { z } from "zod";
import { accessBlocks } from "../world/tenant-settings";

const guid = z.guid().transform((text) => text.toLowerCase());

/** `POST /_emulator/clock`. */
export const clockBody = z
  .strictObject({ set: z.iso.datetime({ offset: true }).optional(), advance: z.string().optional() })
  .refine(({ set, advance }) => (set === undefined) !== (advance === undefined), 'give either "set" or "advance"');

const seconds = z.number().min(0).max(3600);

/** `POST /_emulator/lag`: real seconds, each on its own or both. */
export const lagBody = z.strictObject({ secretAcceptanceSeconds: seconds, readLagSeconds: seconds }).partial();

/** `POST /_emulator/tenants`: everything but the domain has a made-up default. */
export const tenantBody = z.strictObject({
  id: guid.optional(),
  domain: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "must be a domain name in lower case"),
  displayName: z.string().min(1).optional(),
  role: z.enum(["partner", "home"]).optional(),
  reportingUser: z
    .strictObject({ userPrincipalName: z.string().includes("@") })
    .nullable()
    .optional(),
});

/** `POST /_emulator/users`. */
export const userBody = z.strictObject({
  tenant: z.string().min(1),
  userPrincipalName: z.string().includes("@"),
  displayName: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  mfa: z.boolean().optional(),
  roles: z.array(z.string().min(1)).optional(),
  blocked: z.boolean().optional(),
  /** When the password expired; null: it has not. */
  passwordExpired: z.enum(["cloud", "on-premises"]).nullable().optional(),
  /** With a password: who changed it, which decides whether refresh tokens of confidential clients stay valid. Default: the user. */
  passwordChangedBy: z.enum(["user", "azure-portal", "admin-center"]).optional(),
  externalMfa: z.boolean().optional(),
  /** Revokes every refresh token issued until now. */
  revokeSessions: z.literal(true).optional(),
});

const hours = z.number().positive().nullable();

/** `POST /_emulator/settings`: settings of a tenant, by id or domain. What is left out does not change. */
export const settingsBody = z.strictObject({
  tenant: z.string().min(1),
  signIn: z
    .strictObject({
      requiresMfa: z.boolean(),
      conditionalAccess: z.enum(accessBlocks).nullable(),
      signInFrequencyHours: hours,
      mfaLifetimeHours: hours,
      adminConsentWorkflow: z.boolean(),
      loopLimit: z.int().positive().nullable(),
    })
    .partial()
    .optional(),
  partnerCenter: z
    .strictObject({
      enrolled: z.boolean(),
      enforcesMfa: z.boolean(),
      insightsReportsMfa: z.boolean(),
      rolesReadableBy: z.enum(["users", "administrators"]),
      insightsErrors: z.enum(["status", "envelope"]),
      insightsTakesAppOnly: z.boolean(),
      reportPendingSeconds: z.number().min(0),
      reportRunningSeconds: z.number().min(0),
    })
    .partial()
    .optional(),
});

/** `POST /_emulator/refresh-tokens`: the refresh token that a completed sign-in would have stored, without the pages. */
export const refreshTokenBody = z.strictObject({
  tenant: z.string().min(1),
  userPrincipalName: z.string().includes("@"),
  clientId: guid,
  /** Left out: true. */
  mfa: z.boolean().optional(),
});
