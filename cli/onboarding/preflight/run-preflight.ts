import { readAppPolicies } from "../../../clients/app-policies";
import { type CloudEndpoints, isLoopback, openIdTenant, readCloudEndpoints } from "../../../clients/clouds";
import { ServiceError } from "../../../clients/errors";
import { createKeyVault } from "../../../clients/key-vault";
import type { Look } from "../../../clients/looker";
import { findOnPath, readStateStore } from "../../../clients/pulumi-cli";
import { partnerCredential } from "../../../clients/sign-in";
import { readProjectFiles, readStackFromFiles, type StackConfiguration } from "../../../config";
import { vaultSecretName } from "../../../configuration/vault-entries";
import { secretLimit } from "../../../rotation/lifetime-policy";
import type { CommandOptions, Surroundings } from "../../command";
import { openTenant } from "../../tenant";
import { graphRights } from "../rights";
import type { Check } from "./check";
import { apiChecks, nameCheck, rightsChecks, tenantCheck, userCheck } from "./directory-checks";
import { type DirectoryPlace, isAssigned, lookAtDirectory } from "./look-at-directory";
import { lookAtPartner } from "./look-at-partner";
import { lookAtVaultSide } from "./look-at-vault";
import { assignmentCheck, partnerChecks, policyCheck, stateCheck } from "./partner-checks";
import { publishedChecks } from "./published-check";
import { vaultChecks } from "./vault-checks";

/** Looks at everything a first update needs, and judges it. Reads only; every look that fails is said, and stops nothing else. */
export async function runChecks(
  options: CommandOptions,
  identity: "deployer" | "rotator",
  surroundings: Surroundings,
): Promise<readonly Check[]> {
  const { env, projectDirectory } = surroundings;
  const stack = String(options["stack"]);
  const configuration = readStackFromFiles(projectDirectory, stack);
  const { tenant, vault, reportingUser } = configuration;
  const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
  const endpoints = await readCloudEndpoints({ cloud: tenant.cloud, metadataHost });
  const directory: DirectoryPlace = {
    graph: endpoints.graph,
    credential: partnerCredential(env, tenant.id, endpoints.authority),
  };
  // The provider signs in to the vault's tenant as this application, with the same proof.
  const vaultIdentity = partnerCredential(
    { ...env, ARM_CLIENT_ID: vault.clientId },
    vault.tenantId,
    endpoints.authority,
  );
  const [facts, named, vaultFacts, ourClientId, partner, state] = await Promise.all([
    lookAtDirectory(configuration, directory),
    namedTenant(endpoints.authority, tenant.domain),
    lookAtVaultSide(configuration, { endpoints, credential: vaultIdentity }),
    clientIdInVault(configuration, endpoints, vaultIdentity),
    reportingUser && lookAtPartner(options, reportingUser.userPrincipalName, surroundings),
    lookAtState(surroundings),
  ]);
  const opened = await openTenant(stack, surroundings);
  const [policies, published, assigned] = await Promise.all([
    lookAtPolicies(directory, ourClientId),
    publishedChecks({ ...opened, vault: createKeyVault(opened.vaultUri, vaultIdentity) }),
    ourClientId === undefined || reportingUser === undefined
      ? undefined
      : isAssigned(ourClientId, reportingUser.userPrincipalName, directory),
  ]);
  const rights = graphRights(configuration).filter((right) => right.identity === identity);
  const directoryFacts = { ...facts, named };
  const hasSignIn = partner !== undefined && !("reason" in partner);
  return [
    tenantCheck(configuration, named),
    ...rightsChecks(configuration, rights, facts.caller),
    ...apiChecks(configuration, directoryFacts),
    nameCheck(configuration, directoryFacts, ourClientId),
    ...userCheck(configuration, directoryFacts),
    ...assignmentCheck(configuration, assigned, hasSignIn, ourClientId !== undefined),
    policyCheck(configuration, policies),
    ...vaultChecks(configuration, vaultFacts),
    ...published,
    stateCheck(
      stack,
      state,
      hasPassphrase(projectDirectory, stack),
      metadataHost !== undefined && isLoopback(metadataHost),
    ),
    ...(partner === undefined ? [] : partnerChecks(configuration, partner)),
  ];
}

async function namedTenant(authority: string, domain: string): Promise<Look<string>> {
  try {
    return { kind: "seen", value: await openIdTenant({ authority, domain, budgetMs: 20_000 }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // 90002: Entra's way to say that nobody has this domain.
    if (error.code === "AADSTS90002") return { kind: "absent" };
    return { kind: "failed", reason: error.message };
  }
}

/** The application of an earlier update, as the published entry names it; undefined before the first one. */
async function clientIdInVault(
  { vault }: StackConfiguration,
  { keyVaultSuffix }: CloudEndpoints,
  credential: Parameters<typeof createKeyVault>[1],
): Promise<string | undefined> {
  const keyVault = createKeyVault(`https://${vault.name}.${keyVaultSuffix}`, credential);
  // What cannot be read here is said by the vault's own checks.
  const tags = await keyVault.readTags(vaultSecretName(vault.prefix, "client-secret")).catch(() => undefined);
  return tags?.["clientId"];
}

async function lookAtPolicies({ graph, credential }: DirectoryPlace, clientId: string | undefined) {
  const accessToken = async () => (await credential.getToken(`${graph}/.default`))?.token ?? "";
  try {
    const policies = await readAppPolicies({ graph, clientId, accessToken });
    return policies && { limit: secretLimit(policies), forEverybody: secretLimit(policies, { forEverybody: true }) };
  } catch {
    return undefined;
  }
}

async function lookAtState({ env, projectDirectory }: Surroundings) {
  const pulumi = await findOnPath(env);
  if (pulumi === undefined) return { reason: "there is no pulumi on PATH to ask" };
  return readStateStore(pulumi, projectDirectory, env).catch(() => ({
    reason: "pulumi does not say where the state lies",
  }));
}

function hasPassphrase(projectDirectory: string, stack: string): boolean {
  const settings = readProjectFiles(projectDirectory).stackFiles.get(stack)?.read().settings;
  return settings?.["encryptionsalt"] !== undefined;
}
