import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { Day } from "../../model/day";
import { planSlots } from "../../rotation/plan";
import { type PublishedRecord, readRecord } from "../../rotation/record";
import type { CredentialVault } from "../credential-vault";
import type { PartnerApplication } from "../partner-application";
import type { Outside } from "./outside";

/** What a stack tells: where things are and when they change. Never a secret, and never read back as memory. */
export function outputsOf(
  { configuration, endpoints, today }: Outside,
  application: PartnerApplication,
  vault: CredentialVault,
) {
  const { clientId, clientSecret, refreshToken } = vault.secretNames;
  return {
    clientId: application.clientId,
    tenantId: configuration.tenant.id,
    vaultUri: `https://${configuration.vault.name}.${endpoints.keyVaultSuffix}/`,
    secretNames: { clientId, clientSecret, ...(configuration.reportingUser && { refreshToken }) },
    // From the entry itself: a publish that failed, or that `--target` left out, published nothing.
    rotation: vault.publishedTags.apply((tags) => datesOf(readRecord(tags).record, configuration, today)),
  };
}

function datesOf(record: PublishedRecord | undefined, { rotation, tenant, stack }: StackConfiguration, today: Day) {
  const current = record?.slots[record.current];
  if (record === undefined || current === undefined) return {};
  const next = planSlots(record, { ...rotation, tenantId: tenant.id }, today, { origin: stack });
  return {
    generation: current.generation,
    publishedOn: record.publishedOn,
    expiresOn: current.end,
    nextRotationOn: next.isPublish ? today : next.nextRotationOn,
  };
}
