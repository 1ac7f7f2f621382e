import type { TokenCredential } from "@azure/identity";
import { type CloudEndpoints, isLoopback, readCloudEndpoints } from "../../clients/entra/clouds";
import { createLooker, type Looker } from "../../clients/entra/looker";
import { requestAppOnlyToken } from "../../clients/entra/proof";
import type { GraphOptions } from "../../clients/graph/connection";
import { createDirectoryView, type DirectoryView } from "../../clients/graph/directory-view";
import { createGraphInventory, type GraphInventory } from "../../clients/graph/inventory";
import { createGraph, type Graph } from "../../clients/graph/reading";
import { createGraphWriter, type GraphWriter } from "../../clients/graph/writer";
import { type DeletedSecret, readDeletedSecret } from "../../clients/key-vault/deleted-secret";
import type { KeyVault } from "../../clients/key-vault/records";
import { createResourceManager, type ResourceManager } from "../../clients/resource-manager/role-assignments";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { anyStack, commandLine } from "../../model/command-line";
import { type Day, dayOf } from "../../model/day";
import type { PublishedRecord, RecordReading } from "../../rotation/record";
import type { CommandContext } from "./command";
import { CommandError } from "./document";
import { readStack } from "./project";
import { demandPerson, openProviderVault, openVault, signInToPartner, type VaultSession } from "./session";

/** One stack's tenant and vault as a command reads them, without Pulumi. Ctrl-C ends whatever its clients are doing. */
export interface Tenant {
  readonly stack: string;
  readonly configuration: StackConfiguration;
  readonly endpoints: CloudEndpoints;
  readonly today: Day;
  readonly vaultUri: string;
  readonly vault: KeyVault;
  /** Who reads and writes the vault. */
  readonly vaultIdentity: TokenCredential;
  /** A deleted entry that can be recovered; undefined when there is none, an error when the read fails. */
  deletedEntry(name: string): Promise<DeletedSecret | undefined>;
  /** What every reader of the partner tenant's directory is made with. */
  readonly directory: GraphOptions & Pick<CommandContext, "signal">;
  readonly graph: Graph;
  /** The directory in full, for comparisons. */
  readonly view: DirectoryView;
  /** What hangs on an application or a principal. */
  readonly inventory: GraphInventory;
  /** Reads any address of Microsoft Graph, and says whether it was absent, denied or failed. */
  readonly look: Looker;
  /** The same vault, signed in as the azure-native provider. */
  openProviderVault(): VaultSession;
  readonly graphWriter: GraphWriter;
  /** Settings and role assignments of the vault, as the identity that writes it sees them. */
  readonly azure: ResourceManager;
  /** Requests one app-only token with this secret and discards it; throws Entra's refusal. */
  redeem(clientId: string, secret: string): Promise<void>;
}

/** Checks the stack's file, finds its cloud and prepares the clients. The only call is to a metadata host. */
export async function openTenant(stack: string, context: CommandContext): Promise<Tenant> {
  return openConfigured(await readStack(stack, context), context);
}

/** The same for a configuration that is not quite the file's. */
export async function openConfigured(
  configuration: StackConfiguration,
  context: Pick<CommandContext, "env" | "signal">,
): Promise<Tenant> {
  const { env, signal } = context;
  demandPerson(configuration, env);
  const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
  const endpoints = await readCloudEndpoints({ cloud: configuration.tenant.cloud, metadataHost, signal });
  const { authority } = endpoints;
  const vaultUri = `https://${configuration.vault.name}.${endpoints.keyVaultSuffix}`;
  const { vaultIdentity, vault } = openVault(vaultUri, authority, context, configuration);
  const credential = signInToPartner(configuration.tenant.id, authority, context);
  const directory = { endpoint: endpoints.graph, credential, signal };
  const accessToken = async () =>
    (await vaultIdentity.getToken(`https://${endpoints.keyVaultSuffix}/.default`))?.token ?? "";
  return {
    stack: configuration.stack,
    configuration,
    endpoints,
    today: todayOf(env["PARTNER_ACCESS_NOW"], metadataHost),
    vaultUri,
    vault,
    vaultIdentity,
    deletedEntry: (name) => readDeletedSecret({ vaultUri, name, accessToken, signal }),
    directory,
    graph: createGraph(directory),
    view: createDirectoryView(directory),
    inventory: createGraphInventory(directory),
    look: createLooker({
      service: "Microsoft Graph",
      endpoint: `${endpoints.graph}/v1.0`,
      resource: endpoints.graph,
      credential,
      signal,
    }),
    openProviderVault: () => openProviderVault(configuration, vaultUri, authority, context),
    graphWriter: createGraphWriter(directory),
    azure: createResourceManager({ endpoint: endpoints.resourceManager, credential: vaultIdentity, signal }),
    async redeem(clientId, secret) {
      const client = { authority, tenantId: configuration.tenant.id, clientId, secret };
      await requestAppOnlyToken({ ...client, scope: `${endpoints.graph}/.default`, signal });
    },
  };
}

/** The record, or an error that names the damage tag by tag. */
export function demandRecord(
  { record, problems }: RecordReading,
  name: string,
  { vaultUri, stack = anyStack }: { readonly vaultUri: string; readonly stack?: string },
): PublishedRecord {
  if (record !== undefined) return record;
  const damage = problems.map(({ tag, sentence }) => `${tag} ${sentence}`).join("; ");
  throw new CommandError([
    {
      code: "unreadable-record",
      message: `the entry ${name} in ${vaultUri} has no readable record: ${damage}`,
      fix: `Publish this stack's own secret again: ${commandLine("recover", "-s", stack)}`,
    },
  ]);
}

/** The day a command believes it is; a stated one is for the emulator only. */
export function todayOf(stated: string | undefined, metadataHost: string | undefined): Day {
  // A pipeline sets an empty variable as easily as none; the program takes both alike.
  if (!stated) return dayOf(new Date());
  const isEmulated = metadataHost !== undefined && isLoopback(metadataHost);
  const time = new Date(stated);
  if (isEmulated && !Number.isNaN(time.getTime())) return dayOf(time);
  throw new CommandError([
    {
      code: "stated-time",
      message: `PARTNER_ACCESS_NOW is ${stated}; it must be a time like 2026-11-22T08:00:00Z, and is accepted by the emulator only`,
      fix: "Unset PARTNER_ACCESS_NOW.",
    },
  ]);
}
