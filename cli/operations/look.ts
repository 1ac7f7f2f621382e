import type { GraphApplication, GraphPrincipal } from "../../clients/graph";
import type { VaultEntryFacts } from "../../clients/key-vault";
import { vaultSecretName } from "../../configuration/vault-entries";
import { type JudgedCredential, judgeCredentials } from "../../rotation/credentials";
import { type PublishedRecord, type RecordReading, readRecord } from "../../rotation/record";
import { CommandError } from "../document";
import { demandRecord, type Tenant } from "../tenant";

/** What a tenant's vault says about the client secret. */
export interface VaultSight {
  readonly entry: VaultEntryFacts;
  readonly record: PublishedRecord;
  readonly clientId: string;
  /** Every version's record, oldest first. */
  readonly versions: readonly { readonly reading: RecordReading }[];
}

/** What the partner tenant itself says. */
export interface DirectorySight {
  readonly application: GraphApplication | undefined;
  readonly principal: GraphPrincipal | undefined;
}

/** Reads the published entry and all its versions with list rights; undefined when nothing was published. Damage is an error. */
export async function lookAtVault(tenant: Tenant): Promise<VaultSight | undefined> {
  const name = vaultSecretName(tenant.configuration.vault.prefix, "client-secret");
  const versions = await tenant.vault.versions(name);
  const entry = await tenant.vault.latest(name, versions);
  if (entry === undefined) return undefined;
  return {
    entry,
    record: demandRecord(readRecord(entry.tags), name, tenant.vaultUri),
    clientId: entry.tags["clientId"] ?? "",
    versions: versions.map(({ tags }) => ({ reading: readRecord(tags) })),
  };
}

/** The application's client id as the entry says it; undefined when nothing was published. */
export async function publishedClientId(tenant: Tenant): Promise<string | undefined> {
  const tags = await tenant.vault.readTags(vaultSecretName(tenant.configuration.vault.prefix, "client-secret"));
  return tags?.["clientId"];
}

/** Reads application and service principal. "Not there" is an answer; a failed look-up is an error. */
export async function lookAtDirectory(tenant: Tenant, clientId: string): Promise<DirectorySight> {
  const [application, principal] = await Promise.all([
    tenant.graph.application(clientId),
    tenant.graph.principal(clientId),
  ]);
  return { application, principal };
}

/** What every credential of the application is. */
export function judge(
  tenant: Tenant,
  { record, versions }: Pick<VaultSight, "versions"> & { readonly record: PublishedRecord | undefined },
  application: GraphApplication | undefined,
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

/** Nothing was ever published for this stack. */
export function notDeployed(tenant: Tenant): CommandError {
  return new CommandError([
    {
      code: "not-deployed",
      message: `${tenant.stack} was never deployed: ${tenant.vaultUri} has no client secret of it`,
      fix: `Run "partner-access up -s ${tenant.stack}" as the deployer first.`,
    },
  ]);
}
