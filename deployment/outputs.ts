import type { CredentialVault } from "../components/credential-vault";
import type { PartnerApplication } from "../components/partner-application";
import type { SlotPlan } from "../rotation/plan";
import type { Outside } from "./outside";

/** What a stack tells: where things are and when they change. Never a secret, and never read back as memory. */
export function outputsOf(
  { configuration, endpoints }: Outside,
  plan: SlotPlan,
  application: PartnerApplication,
  vault: CredentialVault,
) {
  const { clientId, clientSecret, refreshToken } = vault.secretNames;
  return {
    clientId: application.clientId,
    tenantId: configuration.tenant.id,
    vaultUri: `https://${configuration.vault.name}.${endpoints.keyVaultSuffix}/`,
    secretNames: { clientId, clientSecret, ...(configuration.reportingUser && { refreshToken }) },
    rotation: {
      generation: plan.slots[plan.current]?.generation,
      publishedOn: plan.publishedOn,
      expiresOn: plan.slots[plan.current]?.end,
      nextRotationOn: plan.nextRotationOn,
    },
  };
}
