import { z } from "zod";

const guid = z.guid().transform((text) => text.toLowerCase());

/** `POST /_emulator/clock`. */
export const clockBody = z
  .strictObject({ set: z.iso.datetime({ offset: true }).optional(), advance: z.string().optional() })
  .refine(({ set, advance }) => (set === undefined) !== (advance === undefined), 'give either "set" or "advance"');

const seconds = z.number().min(0).max(3600);

/** `POST /_emulator/lag`: real seconds, each on its own or both. */
export const lagBody = z.strictObject({ secretAcceptanceSeconds: seconds, readLagSeconds: seconds }).partial();

/** `POST /_emulator/tenants`: all but the domain is made up when left out. */
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
});
