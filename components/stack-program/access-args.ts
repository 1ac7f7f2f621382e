import type { ApiPermissions, Reader, StackConfiguration } from "../../configuration/stack-configuration";
import { vaultResourceId } from "../../model/azure-ids";
import type { AccessReaderArgs, ApiPermissionArgs, PartnerAccessArgs } from "../partner-access/partner-access-args";
import type { SignInArgs } from "../sign-ins";

/** The configuration in the words of the sign-ins. */
export function signInArgs({ tenant, vault }: StackConfiguration): SignInArgs {
  const { tenantId, subscriptionId, clientId } = vault;
  return { partnerTenantId: tenant.id, cloud: tenant.cloud, vault: { tenantId, subscriptionId, clientId } };
}

/** The configuration in the words of a PartnerAccess. */
export function partnerAccessArgs(configuration: StackConfiguration): PartnerAccessArgs {
  const { tenant, application, permissions, consent, reportingUser, vault, rotation, migrate } = configuration;
  const { owners, redirectUri } = application;
  const { request, ...rule } = rotation;
  return {
    // What a national cloud takes was accepted in the stack file.
    tenant: { id: tenant.id, domain: tenant.domain, cloud: tenant.cloud, experimental: tenant.cloud !== "public" },
    vault: {
      id: vaultResourceId(vault),
      mode: vault.mode,
      tenantId: vault.tenantId,
      ...(vault.location !== undefined && { location: vault.location }),
    },
    ...(reportingUser && {
      reportingUser: reportingUser.userPrincipalName,
      assignedBy: reportingUser.assignedBy,
    }),
    readers: vault.readers.map(accessReader),
    refreshTokenReaders: vault.refreshTokenReaders.map(accessReader),
    permissions: permissions.map(accessPermissions),
    consent: consent.kind,
    ...(consent.kind === "tenant" && { consentReason: consent.reason }),
    rotation: { ...rule, ...(request !== undefined && { request }) },
    prefix: vault.prefix,
    displayName: application.displayName,
    ...(owners && { owners: [...owners] }),
    ...(redirectUri !== undefined && { redirectUri }),
    ...(migrate !== undefined && { migrate }),
  };
}

function accessReader({ name, id, type }: Reader): AccessReaderArgs {
  return { name, objectId: id, type };
}

/** With the ids that were resolved: a project may name APIs that the catalog lacks. */
function accessPermissions({ api, delegated, application }: ApiPermissions): ApiPermissionArgs {
  const ids = (found: ApiPermissions["delegated"]) => Object.fromEntries(found.map(({ name, id }) => [name, id]));
  return {
    api: api.clientId,
    delegated: delegated.map(({ name }) => name),
    application: application.map(({ name }) => name),
    delegatedIds: ids(delegated),
    applicationIds: ids(application),
  };
}
