import type { Day } from "../../model/day";
import type { ApiPermissionGrantsArgs } from "../api-permission-grants";
import type { CredentialVaultArgs } from "../credential-vault";
import type { PartnerApplication, PartnerApplicationArgs } from "../partner-application";
import type { RotatingClientSecretArgs } from "../rotating-client-secret";
import type { Preparation } from "./prepare";
import type { AccessSettings } from "./settings";

/** The settings in the application's words. */
export function applicationArgs(settings: AccessSettings, prepared: Preparation): PartnerApplicationArgs {
  const { application, permissions, reportingUser } = settings;
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

/** The settings in the grants' words. */
export function grantsArgs(
  { permissions, consent }: AccessSettings,
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
    grantedTo: consent === "tenant" ? { kind: "everyone" } : { kind: "user", objectId: reportingUserObjectId },
  };
}

/** What the client secret takes beside the application it belongs to. */
export function clientSecretArgs(
  { rotation, tenant }: AccessSettings,
  { plan, deploymentId }: Preparation,
): Omit<RotatingClientSecretArgs, "applicationId"> {
  const { everyDays, overlapDays, lifetimeDays } = rotation;
  return {
    plan,
    deploymentId,
    tenantId: tenant.id.known ?? tenant.id.value,
    rule: { everyDays, overlapDays, lifetimeDays },
  };
}

/** What the vault component takes from the settings; the rest comes from the other components. */
export function vaultArgs(
  { vault, tenant, reportingUser }: AccessSettings,
  { plan, vaultWriterObjectId, vaultTenantId, foreignTags }: Preparation,
): Omit<CredentialVaultArgs, "clientId" | "clientSecret" | "recordTags" | "proof" | "proofNeeds"> {
  const { output, mode, location, prefix, readers, refreshTokenReaders } = vault;
  return {
    tenantId: vaultTenantId,
    subscriptionId: output.subscriptionId,
    resourceGroupName: output.resourceGroup,
    vaultName: output.name,
    writerObjectId: vaultWriterObjectId,
    partnerTenantId: tenant.id.value,
    clientSecretEnd: plan.slots[plan.current]?.end as Day,
    foreignTags,
    hasRefreshToken: reportingUser !== undefined,
    ...{ mode, location, prefix, readers, refreshTokenReaders },
  };
}
