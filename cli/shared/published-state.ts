import type { GraphApplication, GraphPrincipal } from "../../clients/graph/reading";
import type { VaultEntryFacts } from "../../clients/key-vault/records";
import { commandLine } from "../../model/command-line";
import { type Day, dayOf } from "../../model/day";
import { vaultSecretName } from "../../model/vault-entries";
import { type JudgedCredential, judgeCredentials } from "../../rotation/credentials";
import { recoverCommand } from "../../rotation/missing-entry";
import { type PublishedRecord, type RecordReading, readRecord } from "../../rotation/record";
import type { Tags } from "../../rotation/state-view";
import { CommandError } from "./document";
import { demandRecord, type Tenant } from "./tenant";

/** What a tenant's vault says about the client secret. */
export interface PublishedState {
  readonly entry: VaultEntryFacts;
  readonly record: PublishedRecord;
  readonly clientId: string;
  /** Every version's record, oldest first. */
  readonly versions: readonly { readonly reading: RecordReading }[];
}

/** What the partner tenant itself says. */
export interface DirectoryState {
  readonly application: GraphApplication | undefined;
  readonly principal: GraphPrincipal | undefined;
}

/**
 * Reads the published entry and all its versions with list rights; undefined when nothing was published. Damage is an error, unless the tags
 * to go by in its place are handed in.
 */
export async function readPublishedState(tenant: Tenant, repaired?: Tags): Promise<PublishedState | undefined> {
  const name = vaultSecretName(tenant.configuration.vault.prefix, "client-secret");
  const versions = await tenant.vault.versions(name);
  const entry = await tenant.vault.latest(name, versions);
  if (entry === undefined) return undefined;
  return {
    entry,
    record: demandRecord(readRecord(repaired ?? entry.tags), name, tenant),
    clientId: (repaired ?? entry.tags)["clientId"] ?? "",
    versions: versions.map(({ tags }) => ({ reading: readRecord(tags) })),
  };
}

/** The application's client id as the entry says it; undefined when nothing was published. */
export async function publishedClientId(tenant: Tenant): Promise<string | undefined> {
  const tags = await tenant.vault.readTags(vaultSecretName(tenant.configuration.vault.prefix, "client-secret"));
  return tags?.["clientId"];
}

/** The same for an emergency: a deleted entry counts too. Without either, an error says why. */
export async function demandClientId(tenant: Tenant): Promise<string> {
  const name = vaultSecretName(tenant.configuration.vault.prefix, "client-secret");
  const clientId =
    (await publishedClientId(tenant)) ?? (await tenant.deletedEntry(name).catch(() => undefined))?.tags["clientId"];
  if (clientId === undefined) throw await nothingPublished(tenant);
  return clientId;
}

/** Reads application and service principal. "Not there" is an answer; a failed look-up is an error. */
export async function readDirectoryState(tenant: Tenant, clientId: string): Promise<DirectoryState> {
  const [application, principal] = await Promise.all([
    tenant.graph.application(clientId),
    tenant.graph.principal(clientId),
  ]);
  return { application, principal };
}

/** What every credential of the application is. */
export function judge(
  tenant: Tenant,
  { record, versions }: Pick<PublishedState, "versions"> & { readonly record: PublishedRecord | undefined },
  application: Pick<GraphApplication, "credentials"> | undefined,
  stateKeyIds?: readonly string[],
): readonly JudgedCredential[] {
  const { stack, today } = tenant;
  return judgeCredentials({
    credentials: application?.credentials ?? [],
    record,
    versions,
    stack,
    today,
    stateKeyIds,
  });
}

/** Why the vault has no entry: it was deleted, or nothing was ever published. The two need opposite steps, so a failed read is reported too. */
export async function nothingPublished(tenant: Tenant): Promise<CommandError> {
  const { stack, vaultUri } = tenant;
  const name = vaultSecretName(tenant.configuration.vault.prefix, "client-secret");
  try {
    const deleted = await tenant.deletedEntry(name);
    return deleted !== undefined && isOurs(deleted.tags)
      ? deletedEntry(tenant, name, dayOf(deleted.deletedAt))
      : notDeployed(tenant);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const doubt = `${vaultUri} has no client secret of ${stack}, and it is not known whether one was deleted there: ${why}`;
    return notDeployed(tenant, doubt);
  }
}

function isOurs(tags: Readonly<Record<string, string>>): boolean {
  return tags["managedBy"] === "partner-insights-access" || tags["record"] !== undefined;
}

function deletedEntry({ stack, vaultUri, configuration }: Tenant, name: string, on: Day): CommandError {
  return new CommandError([
    {
      code: "deleted-entry",
      message: `the entry ${name} in ${vaultUri} was deleted on ${on}: no consumer can read it`,
      fix:
        `Bring it back: ${recoverCommand(configuration.vault.name, name)}. Only if ${stack} was destroyed on purpose: ` +
        `deploy it again: ${commandLine("up", "-s", stack)}`,
    },
  ]);
}

/** Nothing was ever published for this stack, as far as its vault shows. */
function notDeployed(
  { stack, vaultUri }: Tenant,
  message = `${stack} was never deployed: ${vaultUri} has no client secret for it`,
): CommandError {
  const fix = `As the deployer, first: ${commandLine("up", "-s", stack)}`;
  return new CommandError([{ code: "not-deployed", message, fix }]);
}
