import type { Application, ServicePrincipal } from "../../world/directory";
import { findMicrosoftApplication, microsoftPrincipalProperties } from "../../world/microsoft-applications";
import { stableId } from "../../world/stable-id";
import type { Tenant } from "../../world/world";

const registeredAt = "2016-01-01T00:00:00Z";

/**
 * A public client of Microsoft's own, such as Azure CLI: registered in Microsoft's tenant and known in every other, even where no principal
 * exists in the directory yet. An existing principal can be disabled.
 */
export function findMicrosoftClient(
  tenant: Tenant,
  appId: string,
): { readonly application: Application; readonly principal: ServicePrincipal } | undefined {
  const known = findMicrosoftApplication(appId);
  if (known?.preauthorized === undefined) return undefined;
  const application: Application = {
    id: stableId("microsoft", appId),
    appId,
    createdDateTime: registeredAt,
    properties: {
      displayName: known.displayName,
      signInAudience: "AzureADMultipleOrgs",
      isFallbackPublicClient: true,
      publicClient: { redirectUris: ["http://localhost"] },
      requiredResourceAccess: Object.keys(known.preauthorized).map((resourceAppId) => ({ resourceAppId })),
    },
    passwordCredentials: [],
    keyCredentials: [],
    federatedCredentials: [],
    owners: [],
  };
  const principal = tenant.servicePrincipals.all().find((candidate) => candidate.appId === appId) ?? {
    id: stableId(tenant.id, "principal", appId),
    appId,
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    isFirstParty: true,
    createdDateTime: registeredAt,
    properties: microsoftPrincipalProperties(known),
    owners: [],
  };
  return { application, principal };
}
