import type { Reader, StackConfiguration } from "../../configuration/stack-configuration";
import type { Day } from "../../model/day";
import type { ApiPermissionGrantsArgs } from "../api-permission-grants";
import type { CredentialVaultArgs } from "../credential-vault";
import type { PartnerApplication, PartnerApplicationArgs } from "../partner-application";
import type { RotatingClientSecretArgs } from "../rotating-client-secret";
import type { SignInArgs } from "../sign-ins";
import type { Preparation } from "./prepare";

/** The configuration in the words of the sign-ins. */
export function signInArgs({ tenant, vault }: StackConfiguration): SignInArgs {
  const { tenantId, subscriptionId, clientId } = vault;
  return { partnerTenantId: tenant.id, cloud: tenant.cloud, vault: { tenantId, subscriptionId, clientId } };
}

/** The configuration in the application's words. */
export function applicationArgs(configuration: StackConfiguration, prepared: Preparation): PartnerApplicationArgs {
  const { application, permissions, reportingUser } = configuration;
  return {
    displayName: application.displayName,
    deploymentId: prepared.deploymentId,
    owners: prepared.owners,
    ownersAreConfigured: application.owners !== undefined,
    redirectUri: application.redirectUri,
    requested: permissions.map(({ api, delegated, application: roles }) => ({
      apiClientId: api.clientId,
      delegatedIds: delegated.map(({ id }) => id),
      applicationIds: roles.map(({ id }) => id),
    })),
    assignedUserObjectId: reportingUser?.assignedBy === "deployer" ? prepared.reportingUserObjectId : undefined,
  };
}

/** The configuration in the grants' words. */
export function grantsArgs(
  { permissions, consent }: StackConfiguration,
  { apiPrincipals, reportingUserObjectId }: Preparation,
  application: PartnerApplication,
): ApiPermissionGrantsArgs {
  return {
    principalObjectId: application.principalObjectId,
    apis: permissions.map(({ api, delegated, application: roles }) => ({
      apiClientId: api.clientId,
      delegated: delegated.map(({ name }) => name),
      applicationIds: roles.map(({ id }) => id),
      // `prepare` refused already if one were missing.
      principal: apiPrincipals.get(api.clientId) ?? { kind: "declared" },
    })),
    grantedTo: consent.kind === "tenant" ? { kind: "everyone" } : { kind: "user", objectId: reportingUserObjectId },
  };
}

/** What the client secret takes beside the application it belongs to. */
export function clientSecretArgs(
  { rotation, tenant }: StackConfiguration,
  { plan, deploymentId }: Preparation,
): Omit<RotatingClientSecretArgs, "applicationId"> {
  const { everyDays, overlapDays, lifetimeDays } = rotation;
  return { plan, deploymentId, tenantId: tenant.id, rule: { everyDays, overlapDays, lifetimeDays } };
}

/** What the vault component takes from the configuration; the rest comes from the other components. */
export function vaultArgs(
  { vault, tenant, reportingUser }: StackConfiguration,
  { plan, vaultWriterObjectId, foreignTags }: Preparation,
): Omit<CredentialVaultArgs, "clientId" | "clientSecret" | "recordTags" | "proof" | "proofNeeds"> {
  return {
    tenantId: vault.tenantId,
    subscriptionId: vault.subscriptionId,
    resourceGroupName: vault.resourceGroup,
    vaultName: vault.name,
    mode: vault.mode,
    location: vault.location,
    writerObjectId: vaultWriterObjectId,
    prefix: vault.prefix,
    partnerTenantId: tenant.id,
    clientSecretEnd: plan.slots[plan.current]?.end as Day,
    foreignTags,
    hasRefreshToken: reportingUser !== undefined,
    readers: vault.readers.map(vaultReader),
    refreshTokenReaders: vault.refreshTokenReaders.map(vaultReader),
  };
}

function vaultReader({ name, id, type }: Reader) {
  return { name, objectId: id, type };
}
