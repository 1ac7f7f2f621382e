import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { EmulatorSecrets } from "../http/secrets";
import { addUser } from "../seed/seed-user";
import { oneTimeCode } from "../services/entra/one-time-code";
import { mintRefreshToken } from "../services/entra/user-artifacts";
import { findUser } from "../services/entra/user-password";
import { type User, type UserSignInState, untroubledSignIn } from "../world/directory";
import type { EmulatedWorld } from "../world/emulated-world";
import { settingsOf, type TenantSettings } from "../world/tenant-settings";
import type { Tenant } from "../world/world";
import type { refreshTokenBody, settingsBody, userBody } from "./control-bodies";

/** A control request that names something that does not exist. */
export class ControlProblem extends Error {}

/** A tenant by its id or domain. */
function requireNamedTenant({ tenants }: EmulatedWorld, name: string): Tenant {
  const named = name.toLowerCase();
  const tenant = tenants.get(named) ?? [...tenants.values()].find(({ domain }) => domain === named);
  if (tenant === undefined) throw new ControlProblem(`field "tenant": no tenant "${name}"`);
  return tenant;
}

/** Adds a user, or changes the one with this name. Defaults of a new user: MFA on, no role, not blocked, the seed's password. */
export function putUser(
  world: EmulatedWorld,
  secrets: EmulatorSecrets,
  body: z.infer<typeof userBody>,
): { readonly isNew: boolean; readonly shown: Record<string, unknown> } {
  const { userPrincipalName } = body;
  const tenant = requireNamedTenant(world, body.tenant);
  const existing = findUser(tenant, userPrincipalName);
  const user = addUser(tenant, {
    objectId: existing?.id ?? randomUUID(),
    userPrincipalName,
    displayName: body.displayName ?? shownName(existing) ?? userPrincipalName.split("@")[0] ?? userPrincipalName,
    password: body.password ?? existing?.password ?? secrets.userPassword,
    mfa: body.mfa ?? existing?.mfa ?? true,
    roles: body.roles ?? existing?.roles ?? [],
    isBlocked: body.blocked ?? existing?.accountEnabled === false,
    signIn: changedSignIn(existing?.signIn ?? untroubledSignIn, body, world.clock.now().toISOString()),
  });
  const { id, accountEnabled, mfa, roles } = user;
  const code = mfa ? { oneTimeCode: oneTimeCode(user, world.clock.now()) } : {};
  return {
    isNew: existing === undefined,
    shown: { id, userPrincipalName, tenant: tenant.id, accountEnabled, mfa, roles, ...code },
  };
}

function shownName(user: User | undefined): string | undefined {
  const name = user?.properties["displayName"];
  return typeof name === "string" ? name : undefined;
}

/**
 * A password change ends no refresh token of a confidential client, except by an administrator's reset in the Entra or Microsoft 365 admin
 * center. @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 */
function changedSignIn(before: UserSignInState, body: z.infer<typeof userBody>, now: string): UserSignInState {
  const isChanged = body.password !== undefined;
  const isRevoked = body.revokeSessions === true || (isChanged && body.passwordChangedBy === "admin-center");
  return {
    passwordExpired: body.passwordExpired === undefined ? before.passwordExpired : body.passwordExpired,
    passwordChangedAt: isChanged ? now : before.passwordChangedAt,
    hasExternalMfa: body.externalMfa ?? before.hasExternalMfa,
    sessionsValidFrom: isRevoked ? now : before.sessionsValidFrom,
    failures: isChanged ? untroubledSignIn.failures : before.failures,
  };
}

/** Changes settings that the tenant's administrators, or Microsoft, decide. Returns all of them. */
export function putSettings(world: EmulatedWorld, body: z.infer<typeof settingsBody>): TenantSettings {
  const tenant = requireNamedTenant(world, body.tenant);
  const before = settingsOf(tenant);
  const settings = {
    ...before,
    signIn: { ...before.signIn, ...body.signIn },
    partnerCenter: { ...before.partnerCenter, ...body.partnerCenter },
  } as TenantSettings;
  tenant.settings.put(settings);
  return settingsOf(tenant);
}

/** A refresh token as if the user had just signed in, for tests of what follows a sign-in. */
export function issueRefreshToken(world: EmulatedWorld, body: z.infer<typeof refreshTokenBody>): string {
  const tenant = requireNamedTenant(world, body.tenant);
  const user = findUser(tenant, body.userPrincipalName);
  if (user === undefined) throw new ControlProblem(`field "userPrincipalName": no user "${body.userPrincipalName}"`);
  const application = tenant.applications.all().find(({ appId }) => appId === body.clientId);
  if (application === undefined) throw new ControlProblem(`field "clientId": no application "${body.clientId}"`);
  return mintRefreshToken(world, tenant, {
    userId: user.id,
    clientId: body.clientId,
    methods: body.mfa === false ? ["pwd"] : ["pwd", "mfa"],
    authenticatedAt: world.clock.now().toISOString(),
    resource: null,
    scope: "https://api.partnercenter.microsoft.com/user_impersonation offline_access",
    isPublicClient: false,
  });
}
