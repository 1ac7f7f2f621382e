import type { Application, PasswordCredential, ServicePrincipal, User } from "../world/directory";
import type { Secret, SecretVersion, Vault } from "../world/subscription";
import { settingsOf } from "../world/tenant-settings";
import type { RefreshToken } from "../world/user-sign-ins";
import type { Tenant, World } from "../world/world";

/**
 * The whole world as `GET /_emulator/state` answers it: the truth, not what a lagging replica shows. No secret text and no hash of one;
 * soft-deleted objects only under `deleted`.
 */
export function describeWorld(world: World): Record<string, unknown> {
  const tenants = [...world.tenants.values()];
  return {
    now: world.clock.now().toISOString(),
    tenants: Object.fromEntries(tenants.map((tenant) => [tenant.id, describeTenant(tenant, world)])),
    deleted: Object.fromEntries(tenants.map((tenant) => [tenant.id, describeDeleted(tenant, world)])),
  };
}

function describeTenant(tenant: Tenant, world: World): Record<string, unknown> {
  return {
    domain: tenant.domain,
    role: tenant.role,
    applications: tenant.applications.all().map(describeApplication),
    servicePrincipals: tenant.servicePrincipals.all().map(describePrincipal),
    grants: tenant.grants.all(),
    assignments: tenant.assignments.all(),
    users: tenant.users.all().map(describeUser),
    settings: shownSettings(tenant),
    refreshTokens: tenant.refreshTokens.all().map(describeRefreshToken),
    policies: tenant.policies.all().map(({ id, properties }) => ({ id, ...properties })),
    resourceGroups: tenant.resourceGroups.all(),
    roleAssignments: tenant.roleAssignments.all(),
    vaults: tenant.vaults.all().map((vault) => ({
      ...describeVault(vault, world),
      secrets: secretsOf(tenant.secrets.all(), vault).map(describeSecret),
    })),
  };
}

function describeDeleted(tenant: Tenant, world: World): Record<string, unknown> {
  const objects = tenant.deleted.all();
  const ofType = <T>(type: string, describe: (object: T) => Record<string, unknown>) =>
    objects
      .filter((deleted) => deleted.type === type)
      .map(({ object, deletedDateTime }) => ({ ...describe(object as T), deletedDateTime }));
  return {
    applications: ofType("application", describeApplication),
    servicePrincipals: ofType("servicePrincipal", describePrincipal),
    users: ofType("user", describeUser),
    vaults: tenant.deletedVaults.all().map(({ deletionDate, scheduledPurgeDate, ...vault }) => ({
      ...describeVault(vault, world),
      deletionDate,
      scheduledPurgeDate,
    })),
    secrets: tenant.deletedSecrets.all().map(({ deletedDate, scheduledPurgeDate, ...secret }) => ({
      vault: secret.vault,
      ...describeSecret(secret),
      deletedDate,
      scheduledPurgeDate,
    })),
  };
}

function describeApplication(application: Application): Record<string, unknown> {
  const { id, appId, createdDateTime, properties, owners } = application;
  return {
    id,
    appId,
    createdDateTime,
    ...properties,
    owners,
    passwordCredentials: describePasswords(application.passwordCredentials),
    keyCredentials: application.keyCredentials.map(({ key: _key, ...shown }) => shown),
    federatedIdentityCredentials: application.federatedCredentials,
  };
}

/** Never the hash of a password. */
function describePasswords(credentials: readonly PasswordCredential[]): Record<string, unknown>[] {
  return credentials.map(({ keyId, displayName, startDateTime, endDateTime }) => ({
    keyId,
    displayName,
    startDateTime,
    endDateTime,
  }));
}

function describePrincipal({
  properties,
  passwordCredentials,
  ...principal
}: ServicePrincipal): Record<string, unknown> {
  const passwords = passwordCredentials && { passwordCredentials: describePasswords(passwordCredentials) };
  return { ...properties, ...principal, ...passwords };
}

function describeUser({
  id,
  userPrincipalName,
  accountEnabled,
  mfa,
  roles,
  properties,
  signIn: { failures, ...signIn },
}: User): Record<string, unknown> {
  const shown = { ...signIn, lockedUntil: failures.lockedUntil };
  return { ...properties, id, userPrincipalName, accountEnabled, mfa, roles, signIn: shown };
}

/** Neither its text nor its hash: user and client identify it. */
function describeRefreshToken({ userId, clientId, methods, issuedAt, authenticatedAt }: RefreshToken) {
  return { userId, clientId, methods, issuedAt, authenticatedAt };
}

function shownSettings(tenant: Tenant): Record<string, unknown> {
  const { signIn, partnerCenter } = settingsOf(tenant);
  return { signIn, partnerCenter };
}

function describeVault(vault: Vault, { addresses }: World): Record<string, unknown> {
  return { ...vault, vaultUri: `https://${vault.name}.${addresses.keyVaultSuffix}/` };
}

function secretsOf(secrets: readonly Secret[], vault: Vault): Secret[] {
  return secrets.filter((secret) => secret.vault === vault.id);
}

function describeSecret({ name, versions }: Secret): Record<string, unknown> {
  return { name, versions: versions.map(describeVersion) };
}

/** Fields are picked one by one, so a new field stays hidden until someone decides to show it. */
function describeVersion(version: SecretVersion): Record<string, unknown> {
  const { version: id, contentType, enabled, notBefore, expires, created, updated, tags } = version;
  return { version: id, contentType, enabled, notBefore, expires, created, updated, tags };
}
