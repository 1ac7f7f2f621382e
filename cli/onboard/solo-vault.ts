import { createVaultSetup, type VaultSetup } from "../../clients/resource-manager/vault-setup";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { vaultResourceId } from "../../model/azure-ids";
import { azureRoles } from "../../model/azure-roles";
import { readClaims } from "../../tokens/claims";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { isAgreed } from "../shared/question";
import { openConfigured, type Tenant } from "../shared/tenant";

/** One thing that is missing, why it is needed, and how it comes to be. */
interface Step {
  readonly what: string;
  readonly why: string;
  run(): Promise<void>;
}

export interface SoloVaultOptions {
  readonly location: string;
  readonly yes: boolean;
}

/**
 * Makes what a solo stack's vault lacks, with the person's own sign-in: group, vault, and their role on its content. Looks first, shows every
 * step, asks once. Answers what was made; undefined when it was declined.
 */
export async function prepareSoloVault(
  configuration: StackConfiguration,
  { location, yes }: SoloVaultOptions,
  context: CommandContext,
): Promise<readonly string[] | undefined> {
  const tenant = await openConfigured(configuration, context);
  const { endpoints, vaultIdentity } = tenant;
  const setup = createVaultSetup({
    endpoint: endpoints.resourceManager,
    credential: vaultIdentity,
    signal: context.signal,
  });
  const steps = await missingSteps(tenant, setup, location);
  const { stderr } = context;
  for (const { what, why } of steps) stderr.write(`  ${what}: ${why}\n`);
  if (steps.length === 0) return [];
  const hint = "There is no terminal to ask on, so nothing is created. Run it again with --yes.";
  if (!yes && !(await isAgreed("Create this in Azure?", hint, context))) return undefined;
  // One after the other: each needs the one before it.
  for (const step of steps) await step.run();
  stderr.write("Roles take up to ten minutes to work.\n");
  return steps.map(({ what }) => what);
}

async function missingSteps(tenant: Tenant, setup: VaultSetup, location: string): Promise<readonly Step[]> {
  const { vault } = tenant.configuration;
  const id = vaultResourceId(vault);
  const group = `/subscriptions/${vault.subscriptionId}/resourceGroups/${vault.resourceGroup}`;
  const role = azureRoles.secretsOfficer;
  const [hasGroup, found, me] = await Promise.all([setup.hasGroup(group), tenant.azure.vault(id), personIn(tenant)]);
  if (found !== undefined && !found.isRoleBased) throw usesPolicies(vault.name);
  const held = found === undefined ? [] : await tenant.azure.roleAssignmentsOn(id);
  const hasRole = held.some(({ principalObjectId, roleId }) => principalObjectId === me && roleId === role.id);
  return [
    !hasGroup && {
      what: `create resource group ${vault.resourceGroup} in ${location}`,
      why: "the vault lies in it",
      run: () => setup.createGroup(group, location),
    },
    found === undefined && {
      what: `create vault ${vault.name} in ${location}`,
      why: "the credentials are kept there; roles decide who reads them, and deleted ones can be recovered for 90 days",
      run: () => setup.createVault(id, { location, tenantId: vault.tenantId }),
    },
    !hasRole && {
      what: `give you ${role.name} on vault ${vault.name}`,
      why: "an owner of a vault may not read or write its content",
      run: () => setup.giveRole(id, role, me),
    },
  ].filter((step) => step !== false);
}

/** The object id of the person in the vault's tenant, by their own token. */
async function personIn({ vaultIdentity, endpoints }: Tenant): Promise<string> {
  const token = (await vaultIdentity.getToken(`https://${endpoints.keyVaultSuffix}/.default`))?.token ?? "";
  const objectId = readClaims(token)?.objectId;
  if (objectId === undefined) throw new Error("the access token for the vault does not name its owner (no claim oid)");
  return objectId;
}

function usesPolicies(name: string): CommandError {
  return new CommandError([
    {
      code: "vault-policies",
      message: `vault ${name} exists and uses access policies, so roles have no effect`,
      fix: "Name another vault, or change it to role-based access control.",
    },
  ]);
}
