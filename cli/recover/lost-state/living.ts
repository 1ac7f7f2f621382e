import type { GraphApplication } from "../../../clients/graph/reading";
import { vaultSecretName } from "../../../model/vault-entries";
import { readMark } from "../../../rotation/mark";
import { type PublishedRecord, readRecord, recordTags, slotNames } from "../../../rotation/record";
import type { Tags } from "../../../rotation/state-view";
import { trustedTags } from "../../../rotation/trusted-record";
import { CommandError } from "../../shared/document";
import { readDirectoryState, readPublishedState } from "../../shared/published-state";
import type { Tenant } from "../../shared/tenant";
import type { Inventory } from "./find";
import { readInventory } from "./inventory";
import type { LivingSecret, RememberedDeployment } from "./rebuild";

/** Everything about a deployment that outlived its state. */
export interface LivingDeployment {
  readonly record: PublishedRecord;
  readonly clientId: string;
  /** Record and client id, as tags for the program to use: the entry's own may be damaged. */
  readonly tags: Tags;
  readonly deployment: RememberedDeployment;
  readonly inventory: Inventory;
  readonly secrets: readonly LivingSecret[];
}

/** Replaces a previous secret whose text no version of the entry holds any more. It cannot be proven, so it is never published. */
const FORGOTTEN = "lost with the state";

/** Reads it from the vault and the tenant; undefined when nothing was ever published. */
export async function readLiving(tenant: Tenant): Promise<LivingDeployment | undefined> {
  const published = await readPublishedState(tenant, await credibleTags(tenant));
  if (published === undefined) return undefined;
  const { record, clientId } = published;
  const { application, principal } = await readDirectoryState(tenant, clientId);
  if (application === undefined || principal === undefined) throw missing(tenant, clientId, application !== undefined);
  const { applicationObjectId } = application;
  const owners = tenant.configuration.application.owners ?? (await tenant.inventory.owners(applicationObjectId));
  return {
    record,
    clientId,
    deployment: { id: record.deployment, origin: originOf(record, tenant.stack), owners },
    inventory: {
      ...(await readInventory(tenant, principal.objectId, () => true)),
      ...{ applicationObjectId, vaultExists: true },
    },
    tags: { ...recordTags(record), clientId },
    secrets: await readSecrets(tenant, record, application),
  };
}

/** The newest tags that tenant and Entra do not contradict; undefined where the entry's own have to do. */
async function credibleTags(tenant: Tenant): Promise<Tags | undefined> {
  const { configuration, vault, vaultUri, graph } = tenant;
  const name = vaultSecretName(configuration.vault.prefix, "client-secret");
  const versions = await vault.versions(name);
  const latest = await vault.latest(name, versions);
  const clientId = versions.findLast(({ tags }) => readRecord(tags).record !== undefined)?.tags["clientId"];
  if (latest === undefined || clientId === undefined) return undefined;
  return trustedTags({
    tenantId: configuration.tenant.id,
    live: latest.tags,
    address: `${vaultUri}/secrets/${name}`,
    state: undefined,
    deployment: undefined,
    versions: versions.map(({ tags }) => tags),
    credentials: (await graph.application(clientId))?.credentials,
  });
}

/** The recorded secrets that Entra still has, with the text that the vault still has. */
async function readSecrets(
  tenant: Tenant,
  record: PublishedRecord,
  application: GraphApplication,
): Promise<readonly LivingSecret[]> {
  const { vault, configuration } = tenant;
  const name = vaultSecretName(configuration.vault.prefix, "client-secret");
  const versions = await vault.versions(name);
  const secrets = slotNames.map(async (slot): Promise<readonly LivingSecret[]> => {
    const recorded = record.slots[slot];
    const credential = application.credentials.find(({ keyId }) => keyId === recorded?.keyId);
    if (recorded === undefined || credential === undefined) return [];
    const holding = versions.filter(({ tags, isEnabled }) => {
      const then = readRecord(tags).record;
      return isEnabled && then?.slots[then.current]?.keyId === recorded.keyId;
    });
    if (holding.length === 0 && slot === record.current) throw unreadableSecret(name, recorded.keyId);
    const texts = await Promise.all(holding.reverse().map(({ version }) => vault.readVersion(name, version)));
    // A version may have the right tags and a value that was overwritten.
    const text = (await firstAccepted(tenant, application.clientId, texts)) ?? texts[0] ?? FORGOTTEN;
    const { applicationObjectId } = application;
    return [{ slot, recorded, applicationObjectId, startDateTime: credential.startDateTime, text }];
  });
  return (await Promise.all(secrets)).flat();
}

async function firstAccepted(
  { redeem }: Tenant,
  clientId: string,
  texts: readonly string[],
): Promise<string | undefined> {
  if (texts.length < 2) return undefined;
  for (const text of texts) {
    const isAccepted = await redeem(clientId, text).then(
      () => true,
      () => false,
    );
    if (isAccepted) return text;
  }
  return undefined;
}

/** The name in our marks: what the stack was called at its first update. */
function originOf(record: PublishedRecord, stack: string): string {
  return readMark(record.slots[record.current]?.displayName ?? "")?.origin ?? stack;
}

function missing({ configuration }: Tenant, clientId: string, hasApplication: boolean): CommandError {
  const what = hasApplication ? `service principal of application ${clientId}` : `application ${clientId}`;
  return new CommandError([
    {
      code: hasApplication ? "principal-missing" : "application-missing",
      message: `${configuration.tenant.domain} has no ${what}, which the vault's entry names`,
      fix: "Restore it in Entra (it keeps deleted ones for 30 days), then run this again.",
    },
  ]);
}

function unreadableSecret(name: string, keyId: string): CommandError {
  return new CommandError([
    {
      code: "version-disabled",
      message: `no enabled version of ${name} holds the published secret ${keyId}`,
      fix: "Enable the latest version in the vault, then run this again.",
    },
  ]);
}
