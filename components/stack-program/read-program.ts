import * as pulumi from "@pulumi/pulumi";
import { otherTenantSentence } from "../../clients/entra/other-tenant";
import { namedSignInProblems, soloSignInProblems } from "../../clients/entra/who-acts";
import { readAppPolicies } from "../../clients/graph/app-policies";
import { readDeletedSecret } from "../../clients/key-vault/deleted-secret";
import { type Applied, asApplied } from "../../configuration/applied";
import { ConfigurationError } from "../../configuration/problem";
import { readProjectFiles } from "../../configuration/project-files";
import { readRunningStack } from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { isLimitedRun, readStateOutputs } from "../memory";
import { type Environment, environmentDependencies, type ProgramDependencies } from "../partner-access/dependencies";
import { askOrStop, failRun } from "../problems";

/** Everything that our own program takes from outside. */
export interface ProgramInput {
  readonly configuration: StackConfiguration;
  readonly dependencies: ProgramDependencies;
}

/** Reads Pulumi's configuration, and adds the look-ups that need a sign-in of their own. */
export async function readProgram(env: Environment = process.env): Promise<ProgramInput> {
  const usual = environmentDependencies(env);
  const configuration = await withApplied(readConfiguration(env), env["PARTNER_ACCESS_APPLIED"]);
  const { tenant, vault, solo } = configuration;
  return {
    configuration,
    dependencies: {
      ...usual,
      grantsNothing: Boolean(env["PARTNER_ACCESS_APPLIED"]),
      async signInProblems(named, endpoints) {
        return [
          ...(solo ? soloSignInProblems(env) : namedSignInProblems(env)),
          ...signedInProblems(tenant, env["ARM_TENANT_ID"]),
          ...(await usual.signInProblems(named, endpoints)),
        ];
      },
      async readSecretPolicies(clientId, { graph, authority }) {
        return readAppPolicies({ graph, clientId, accessToken: await signIn(env, tenant.id, authority, graph) });
      },
      async readDeletedEntry(name, { authority, keyVaultSuffix }) {
        const writer = vault.clientId === undefined ? {} : { ARM_CLIENT_ID: vault.clientId };
        const vaultEnv = { ...env, ...writer, ARM_TENANT_ID: vault.tenantId };
        const accessToken = await signIn(vaultEnv, vault.tenantId, authority, `https://${keyVaultSuffix}`);
        return readDeletedSecret({ vaultUri: `https://${vault.name}.${keyVaultSuffix}`, name, accessToken });
      },
    },
  };
}

/** Why the identity of the environment is not one of the configured tenant. */
export function signedInProblems(
  tenant: Pick<StackConfiguration["tenant"], "id" | "domain">,
  signedInTenant: string | undefined,
): readonly string[] {
  if (!signedInTenant || signedInTenant.toLowerCase() === tenant.id.toLowerCase()) return [];
  return [otherTenantSentence(`tenant ${signedInTenant}`, `${tenant.id} (${tenant.domain})`)];
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
      ...(typeof clientId === "string" || configuration.solo ? [] : [unnamedWriter]),
    ],
    "Nothing was changed",
  );
  const applied = asApplied(configuration, JSON.parse(text) as Applied);
  return configuration.solo ? applied : { ...applied, vault: { ...applied.vault, clientId: String(clientId) } };
}

const unnamedWriter =
  "this stack's state does not say which identity writes the vault: run a whole update (up) once, which a stack that was solo needs";

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
