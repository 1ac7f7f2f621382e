import { isLoopback, openIdTenant } from "../../clients/entra/clouds";
import type { Look } from "../../clients/entra/looker";
import { readAppPolicies } from "../../clients/graph/app-policies";
import { ServiceError } from "../../clients/http/errors";
import type { KeyVault } from "../../clients/key-vault/records";
import { readProjectFiles } from "../../configuration/project-files";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { vaultSecretName } from "../../model/vault-entries";
import { secretLimit } from "../../rotation/lifetime-policy";
import { graphRights } from "../onboard/rights";
import type { CommandContext } from "../shared/command";
import { missingStack } from "../shared/missing-stack";
import { openTenant } from "../shared/tenant";
import { type Act, actsOf } from "./acts";
import type { Check } from "./check";
import { apiChecks, nameCheck, neededRights, rightsChecks, tenantCheck, userCheck } from "./directory-checks";
import { type DirectoryPlace, isAssigned, readDirectoryState } from "./directory-facts";
import { checkPartnerCenter } from "./partner-center-facts";
import { assignmentCheck, partnerChecks, policyCheck } from "./partner-checks";
import { publishedChecks } from "./published-check";
import { stackCheck, stateCheck } from "./state-checks";
import { readStateFacts } from "./state-facts";
import { vaultChecks } from "./vault-checks";
import { checkVaultSide } from "./vault-facts";

/** What was found, and where in the five acts that is. */
export interface Findings {
  readonly checks: readonly Check[];
  readonly acts: readonly Act[];
}

/** For whom, and how far. */
export interface Asked {
  readonly identity: "deployer" | "rotator";
  /** Whether the stored sign-in is redeemed to ask Partner Center too, which an update needs nothing of. */
  readonly asksPartnerCenter: boolean;
}

/** Checks everything a first update needs. Reads only; a failed read is reported and does not stop the other checks. */
export async function runChecks(
  stack: string,
  { identity, asksPartnerCenter }: Asked,
  context: CommandContext,
): Promise<Findings> {
  const { env, projectDirectory, signal } = context;
  const opened = await openTenant(stack, context);
  const { configuration, endpoints } = opened;
  const { tenant, reportingUser } = configuration;
  const { authority } = endpoints;
  const { credential } = opened.directory;
  const directory: DirectoryPlace = { graph: endpoints.graph, credential, look: opened.look, signal };
  const { vaultIdentity, vault: keyVault } = opened.openProviderVault();
  const [facts, named, vaultFacts, ourClientId, keptSignIn, partner, state] = await Promise.all([
    readDirectoryState(configuration, directory),
    namedTenant(authority, tenant.domain, signal),
    checkVaultSide(configuration, { endpoints, credential: vaultIdentity, signal }),
    clientIdInVault(configuration, keyVault),
    isSignInKept(configuration, keyVault),
    reportingUser && asksPartnerCenter
      ? checkPartnerCenter(stack, reportingUser.userPrincipalName, context)
      : undefined,
    readStateFacts(stack, context),
  ]);
  const [policies, published, assigned] = await Promise.all([
    checkAppPolicies(directory, ourClientId),
    publishedChecks({ ...opened, vault: keyVault }),
    ourClientId === undefined || reportingUser === undefined
      ? undefined
      : isAssigned(ourClientId, reportingUser.userPrincipalName, directory),
  ]);
  const rights = neededRights(graphRights(configuration), identity);
  const directoryFacts = { ...facts, named };
  const hasSignIn = partner !== undefined && !("reason" in partner);
  const checks = [
    tenantCheck(configuration, named),
    ...rightsChecks(configuration, rights, facts.caller),
    ...apiChecks(configuration, directoryFacts),
    nameCheck(configuration, directoryFacts, ourClientId),
    ...userCheck(configuration, directoryFacts),
    ...assignmentCheck(configuration, { isAssigned: assigned, hasSignIn, isDeployed: ourClientId !== undefined }),
    policyCheck(configuration, policies),
    ...vaultChecks(configuration, vaultFacts),
    ...published,
    stateCheck(stack, state.store, {
      hasPassphrase: hasPassphrase(projectDirectory, stack),
      isAllowed: configuration.solo || isLoopback(env["ARM_METADATA_HOSTNAME"] ?? ""),
    }),
    stackCheck(state.stack, missingStack(stack, context)),
    ...(partner === undefined ? [] : partnerChecks(configuration, partner)),
  ];
  const isSignedIn = asksPartnerCenter ? hasSignIn : keptSignIn;
  return {
    checks,
    acts: actsOf(configuration, { checks, isPublished: ourClientId !== undefined, hasSignIn: isSignedIn }),
  };
}

async function namedTenant(authority: string, domain: string, signal: AbortSignal): Promise<Look<string>> {
  try {
    return { kind: "seen", value: await openIdTenant({ authority, domain, budgetMs: 20_000, signal }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // 90002: no tenant has this domain.
    if (error.code === "AADSTS90002") return { kind: "absent" };
    return { kind: "failed", reason: error.message };
  }
}

/** The application of an earlier update, as the published entry names it; undefined before the first one. */
async function clientIdInVault({ vault }: StackConfiguration, keyVault: KeyVault): Promise<string | undefined> {
  // What cannot be read here is said by the vault's own checks.
  const tags = await keyVault.readTags(vaultSecretName(vault.prefix, "client-secret")).catch(() => undefined);
  return tags?.["clientId"];
}

/** Whether someone signed in, by the tags that a sign-in leaves. */
async function isSignInKept({ vault }: StackConfiguration, keyVault: KeyVault): Promise<boolean> {
  const tags = await keyVault.readTags(vaultSecretName(vault.prefix, "refresh-token")).catch(() => undefined);
  return tags?.["obtainedAt"] !== undefined;
}

async function checkAppPolicies({ graph, credential, signal }: DirectoryPlace, clientId: string | undefined) {
  const accessToken = async () => (await credential.getToken(`${graph}/.default`))?.token ?? "";
  try {
    const policies = await readAppPolicies({ graph, clientId, accessToken, signal });
    return policies && { limit: secretLimit(policies), forEverybody: secretLimit(policies, { forEverybody: true }) };
  } catch {
    return undefined;
  }
}

function hasPassphrase(projectDirectory: string, stack: string): boolean {
  const settings = readProjectFiles(projectDirectory).stackFiles.get(stack)?.read().settings;
  return settings?.["encryptionsalt"] !== undefined;
}
