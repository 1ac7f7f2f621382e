import * as pulumi from "@pulumi/pulumi";
import { type CloudEndpoints, isLoopback, readCloudEndpoints, readOpenId } from "../../clients/entra/clouds";
import { otherTenantSentence } from "../../clients/entra/other-tenant";
import { proveSecret } from "../../clients/entra/proof";
import { readAppPolicies } from "../../clients/graph/app-policies";
import { quietAzureLog } from "../../clients/http/azure-log";
import { useEnvironmentProxy } from "../../clients/http/proxy";
import { type DeletedSecret, readDeletedSecret } from "../../clients/key-vault/deleted-secret";
import { type Applied, asApplied } from "../../configuration/applied";
import { ConfigurationError, readProjectFiles, readRunningStack } from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { type Day, dayOf } from "../../model/day";
import { clockProblems, type LocalTime } from "../../rotation/clock";
import type { SecretPolicies } from "../../rotation/lifetime-policy";
import { type StateView, stateView, type Tags } from "../../rotation/state-view";
import { isLimitedRun, readStateOutputs } from "../memory";
import { askOrStop, failRun } from "../problems";

/** What a client secret is proven with. */
export interface SecretToProve {
  readonly clientId: string;
  readonly secret: string;
  readonly isNewApplication: boolean;
}

/** All that the program takes from outside. Handed in, so that tests and reviews run without clock, network and environment. */
export interface Outside {
  readonly configuration: StackConfiguration;
  /** Read once: a run that crosses midnight must not change its mind. */
  readonly today: Day;
  /** Why the previous secret should become current again; set by the rotate command only. */
  readonly rollback: string | undefined;
  /** The tags to go by instead of the entry's own, which are damaged; set by our commands only. */
  readonly repair?: Tags | undefined;
  readonly endpoints: CloudEndpoints;
  /** Why the sign-ins do not belong to the configured tenant; empty when they do. */
  signInProblems(): Promise<readonly string[]>;
  /** Returns when Entra accepts the secret everywhere; throws when it does not. */
  prove(secret: SecretToProve): Promise<void>;
  /**
   * What the tenant's app management policies say about client secrets of this application (none yet: undefined). Undefined
   * when this identity may not read them. Left out where there is no tenant to ask.
   */
  readSecretPolicies?(clientId: string | undefined): Promise<SecretPolicies | undefined>;
  /** A deleted vault entry that can be recovered; undefined when there is none. Left out where there is no vault to ask. */
  readDeletedEntry?(name: string): Promise<DeletedSecret | undefined>;
  /** What this stack's state knew before this run. Left out where there is no state to ask. */
  readState?(): Promise<StateView>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The outside of a real run: Pulumi's configuration, the environment, the clock, and Microsoft's sign-in service. */
export async function readOutside(env: Environment = process.env): Promise<Outside> {
  quietAzureLog(process.env);
  useEnvironmentProxy(process.env);
  const configuration = await withApplied(readConfiguration(env), env["PARTNER_ACCESS_APPLIED"]);
  const { tenant } = configuration;
  const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
  const today = readToday(env["PARTNER_ACCESS_NOW"], metadataHost);
  const endpoints = await askOrStop("where this cloud's services are", () =>
    readCloudEndpoints({ cloud: tenant.cloud, metadataHost }),
  );
  return {
    configuration,
    today,
    rollback: env["PARTNER_ACCESS_ROLLBACK"] || undefined,
    repair: readRepair(env["PARTNER_ACCESS_REPAIR"]),
    endpoints,
    signInProblems: () => signInProblems(tenant, env["ARM_TENANT_ID"], endpoints.authority, () => timeIn(env)),
    async prove({ clientId, secret, isNewApplication }) {
      const { authority, graph } = endpoints;
      const scope = `${graph}/.default`;
      await proveSecret({ authority, tenantId: tenant.id, clientId, secret, scope, isNewApplication });
    },
    async readSecretPolicies(clientId) {
      const { graph } = endpoints;
      return readAppPolicies({
        graph,
        clientId,
        accessToken: await signIn(env, tenant.id, endpoints.authority, graph),
      });
    },
    async readDeletedEntry(name) {
      const { tenantId, clientId, name: vaultName } = configuration.vault;
      const { authority, keyVaultSuffix } = endpoints;
      const vaultEnv = { ...env, ARM_CLIENT_ID: clientId, ARM_TENANT_ID: tenantId };
      const accessToken = await signIn(vaultEnv, tenantId, authority, `https://${keyVaultSuffix}`);
      return readDeletedSecret({ vaultUri: `https://${vaultName}.${keyVaultSuffix}`, name, accessToken });
    },
    readState: async () => stateView(await readStateOutputs()),
  };
}

/** What `rotate` hands over while other changes wait: the run goes by what was applied, and must touch slots and entry only. */
async function withApplied(configuration: StackConfiguration, text: string | undefined): Promise<StackConfiguration> {
  if (!text) return configuration;
  const isLimited = await isLimitedRun();
  const held = await askOrStop("who writes the vault by this stack's state", readStateOutputs);
  const clientId = held("pulumi:providers:azure-native", "vault-tenant")?.["clientId"];
  failRun(
    [
      ...(isLimited
        ? []
        : ["PARTNER_ACCESS_APPLIED is set, and this run is not limited to slots and entry (--target): unset it"]),
      ...(typeof clientId === "string" ? [] : ["this stack's state does not say which identity writes the vault"]),
    ],
    "Nothing was changed",
  );
  const applied = asApplied(configuration, JSON.parse(text) as Applied);
  return { ...applied, vault: { ...applied.vault, clientId: String(clientId) } };
}

/** The record that a command hands over, as the JSON of its tags. */
function readRepair(text: string | undefined): Tags | undefined {
  return text ? (JSON.parse(text) as Tags) : undefined;
}

/** Tokens for a service, with the proof that the providers have too. */
async function signIn(
  env: Environment,
  tenantId: string,
  authority: string,
  resource: string,
): Promise<() => Promise<string>> {
  // Loaded when asked for: most runs ask for nothing, and Azure's sign-in library takes a moment to load.
  const { partnerCredential } = await import("../../clients/entra/sign-in");
  const credential = partnerCredential(env, tenantId, authority);
  return async () => (await credential.getToken(`${resource}/.default`))?.token ?? "";
}

/** The day a run believes it is: the clock's, or a stated one where no real tenant can be met. */
export function readToday(stated: string | undefined, metadataHost: string | undefined, now = new Date()): Day {
  if (!stated) return dayOf(now);
  if (!metadataHost || !isLoopback(metadataHost)) {
    throw new pulumi.RunError(
      "PARTNER_ACCESS_NOW is set, but the endpoints are not this machine's (ARM_METADATA_HOSTNAME is " +
        `${metadataHost ?? "not set"}). A stated time is for the emulator only: unset it`,
    );
  }
  const time = new Date(stated);
  if (Number.isNaN(time.getTime())) {
    throw new pulumi.RunError(`PARTNER_ACCESS_NOW must be a time like 2026-11-22T08:00:00Z, got ${stated}`);
  }
  return dayOf(time);
}

/** What this run takes for the time. A stated one was accepted above. */
function timeIn(env: Environment): LocalTime {
  const stated = env["PARTNER_ACCESS_NOW"];
  return stated ? { now: new Date(stated), isStated: true } : { now: new Date(), isStated: false };
}

/** Why this run would write to another tenant than the configured one. */
export async function signInProblems(
  tenant: { readonly id: string; readonly domain: string },
  signedInTenant: string | undefined,
  authority: string,
  time: () => LocalTime,
): Promise<readonly string[]> {
  const problems: string[] = [];
  if (signedInTenant && signedInTenant.toLowerCase() !== tenant.id.toLowerCase()) {
    problems.push(otherTenantSentence(`tenant ${signedInTenant}`, `${tenant.id} (${tenant.domain})`));
  }
  // A provider's own "who am I" only echoes its settings; the domain's public document is Microsoft's word.
  const { tenantId: named, date } = await askOrStop(`which tenant has the domain ${tenant.domain}`, () =>
    readOpenId({ authority, domain: tenant.domain }),
  );
  problems.push(...clockProblems(time(), date));
  if (named !== tenant.id.toLowerCase()) {
    problems.push(`tenant.domain ${tenant.domain} belongs to tenant ${named}, tenant.id is ${tenant.id}: correct one`);
  }
  return problems;
}

function readConfiguration(env: Environment): StackConfiguration {
  const stack = pulumi.getStack();
  try {
    const engine = { values: pulumi.runtime.allConfig(), encryptedKeys: encryptedKeys(env) };
    return readRunningStack(readProjectFiles(process.cwd()), stack, engine);
  } catch (error) {
    // A mistake in a file deserves its list, not a stack trace.
    if (error instanceof ConfigurationError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** The keys whose values the engine decrypted for this program; the SDK keeps them to itself. */
function encryptedKeys(env: Environment): readonly string[] {
  const keys: unknown = JSON.parse(env["PULUMI_CONFIG_SECRET_KEYS"] || "[]");
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}
