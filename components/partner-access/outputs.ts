import * as pulumi from "@pulumi/pulumi";
import type { Day } from "../../model/day";
import { planSlots } from "../../rotation/plan";
import { type PublishedRecord, readRecord } from "../../rotation/record";
import type { CredentialVault } from "../credential-vault";
import type { PartnerApplication } from "../partner-application";
import type { Run } from "./run";

/** Full names of the entries in the vault, by what they hold. */
export interface AccessSecretNames {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Only with a reporting user. */
  readonly refreshToken?: string;
}

/** What is published, and when it changes. Empty while nothing is published. */
export interface AccessRotation {
  /** Running number of the published client secret. */
  readonly generation?: number;
  /** Days, like `2026-01-02`. */
  readonly publishedOn?: string;
  readonly expiresOn?: string;
  /** First day on which an update rotates. */
  readonly nextRotationOn?: string;
}

/** What a PartnerAccess tells: where things are and when they change. Never a secret, and never read back as memory. */
export interface AccessOutputs {
  readonly clientId: pulumi.Output<string>;
  readonly principalObjectId: pulumi.Output<string>;
  readonly tenantId: pulumi.Output<string>;
  readonly vaultUri: pulumi.Output<string>;
  readonly secretNames: AccessSecretNames;
  readonly rotation: pulumi.Output<AccessRotation>;
}

export function outputsOf(run: Run, application: PartnerApplication, vault: CredentialVault): AccessOutputs {
  const { settings, endpoints } = run;
  const { clientId, clientSecret, refreshToken } = vault.secretNames;
  return {
    clientId: application.clientId,
    principalObjectId: application.principalObjectId,
    tenantId: settings.tenant.id.value,
    vaultUri: pulumi.interpolate`https://${settings.vault.output.name}.${endpoints.keyVaultSuffix}/`,
    secretNames: { clientId, clientSecret, ...(settings.reportingUser && { refreshToken }) },
    // From the entry itself: a publish that failed, or that `--target` left out, published nothing.
    rotation: vault.publishedTags.apply((tags) => datesOf(readRecord(tags).record, run)),
  };
}

function datesOf(
  record: PublishedRecord | undefined,
  { settings: { rotation }, dependencies: { today }, stack }: Run,
): AccessRotation {
  const current = record?.slots[record.current];
  if (record === undefined || current === undefined) return {};
  const next = planSlots(record, { ...rotation, tenantId: record.tenantId }, today, { origin: stack });
  const nextRotationOn: Day = next.isPublish ? today : next.nextRotationOn;
  return { generation: current.generation, publishedOn: record.publishedOn, expiresOn: current.end, nextRotationOn };
}
