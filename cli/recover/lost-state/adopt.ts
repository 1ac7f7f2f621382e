import { isLockRefusal } from "../../../clients/pulumi/stack-lock";
import type { StackRun, Stacks } from "../../../clients/pulumi/stacks";
import { commandLine, counted } from "../../../model/command-line";
import { firstSecond } from "../../../model/day";
import { programComponent } from "../../../model/program-component";
import { type VaultEntry, vaultSecretName } from "../../../model/vault-entries";
import { planFor } from "../../rotate/plan-stack";
import type { CommandContext } from "../../shared/command";
import { CommandError } from "../../shared/document";
import { nothingPublished } from "../../shared/published-state";
import type { Tenant } from "../../shared/tenant";
import { refuseOtherKey, secretsProvider } from "../state-key";
import { livingId } from "./find";
import { importLiving } from "./import-living";
import { type LivingDeployment, readLiving } from "./living";
import { cloudResources, rememberedDeployment, secretText, withDeployment, withSecrets } from "./rebuild";

export interface AdoptionTools {
  readonly stacks: Stacks;
  readonly context: Pick<CommandContext, "env" | "projectDirectory">;
  readonly onProgress: (text: string) => void;
}

/**
 * Builds a new state for a deployment whose state is gone, out of the vault's record and the tenant. Writes to the state store
 * only; every step looks at what is there, so a rebuild that was killed goes on where it stopped. Afterwards `up` has nothing
 * to mint and nothing to create, which is checked before it may run.
 */
export async function adoptLostState(tenant: Tenant, tools: AdoptionTools): Promise<readonly string[]> {
  const { stacks, onProgress } = tools;
  const { stack } = tenant;
  onProgress("reading the vault and the tenant");
  const living = await readLiving(tenant);
  if (living === undefined) throw await nothingPublished(tenant);
  await openState(tenant, living, tools);

  onProgress("asking the program what it declares");
  const declared = await previewOf(tenant, living, stacks);
  const bare = await exportOf(stack, stacks);
  await stacks.putState(stack, withSecrets(bare, missingIn(bare, declared), living.secrets));

  const exported = await exportOf(stack, stacks);
  const found = missingIn(exported, declared).flatMap((missing) => {
    const id = livingId(missing, living.inventory, tenant.configuration);
    return id === undefined ? [] : [{ ...missing, id }];
  });
  if (found.length > 0) onProgress(`importing ${counted(found.length, "resource")}`);
  await importLiving(stack, found, declaredProperties(tenant, living), stacks);

  onProgress("checking that nothing would be replaced");
  refuseReplacements(tenant, await previewOf(tenant, living, stacks), rotatedSecret(tenant, living));
  return found.map(({ name }) => name);
}

/** A state of this stack that knows the deployment: a new one, or one that a rebuild or a refused update began. */
async function openState(
  tenant: Tenant,
  { deployment }: LivingDeployment,
  { stacks, context, onProgress }: AdoptionTools,
): Promise<void> {
  const { stack } = tenant;
  const provider = secretsProvider(context, stack);
  await stacks.init(stack, provider);
  const before = await exportOf(stack, stacks);
  refuseOtherKey(stack, before, provider);
  const known = rememberedDeployment(before);
  if (known === deployment.id) return;
  const others = cloudResources(before);
  if (others.length > 0) throw notLost(stack, others.length, deployment.id);
  if (known === undefined) {
    onProgress("beginning a state");
    // The program declares its sign-ins and its memory and then refuses, because the vault's entry is another deployment's.
    // That refusal is what is wanted: the engine now has a state with its own key and providers, and no cloud was written. A program that
    // does not refuse gets no further either: the engine writes its memory, and skips everything else.
    const errors = errorsOf(
      await stacks.up(stack, { arguments: ["--target", memoryOf("deployment"), "--target", component] }),
    );
    // A rebuild that was killed here left its lock: that is no refusal of the program.
    const locked = errors.find(isLockRefusal);
    if (locked !== undefined) throw new Error(locked);
  }
  const begun = await exportOf(stack, stacks);
  refuseOtherKey(stack, begun, provider);
  if (rememberedDeployment(begun) === undefined) throw notBegun(stack);
  await stacks.putState(stack, withDeployment(begun, deployment));
}

/** The engine creates nothing below a component that it leaves out. */
const component = `**::partner-access:index:PartnerAccess::${programComponent}`;

/** A pattern of the engine's: the memory of our program's component, in whatever project. */
function memoryOf(name: string): string {
  return `**$pulumi:index:Stash::${programComponent}-${name}`;
}

type Changes = StackRun["changes"];

/** With the record that was found: the entry's own may be damaged. */
async function previewOf({ stack }: Tenant, { tags }: LivingDeployment, stacks: Stacks): Promise<Changes> {
  const preview = await stacks.preview(stack, { env: { PARTNER_ACCESS_REPAIR: JSON.stringify(tags) } });
  if (preview.ok) return preview.changes;
  throw new CommandError(errorsOf(preview).map((message) => ({ code: "preview-failed", message, fix: "" })));
}

function errorsOf({ diagnostics }: StackRun): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

/** What the program creates and the state does not have yet. */
export function missingIn(exported: string, changes: Changes): Changes {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: readonly { urn: string }[] | null } };
  const known = new Set(deployment.resources?.map(({ urn }) => urn));
  return changes.filter(({ operation, urn }) => operation === "create" && !known.has(urn));
}

/**
 * What the program declares of the entries that it writes; not of the refresh token's. An entry that was overwritten by hand is wrong: the
 * state must hold what was published, so that publishing it again grants nothing new.
 */
function declaredProperties({ configuration }: Tenant, { record, secrets, clientId }: LivingDeployment) {
  const name = (entry: VaultEntry) => vaultSecretName(configuration.vault.prefix, entry);
  const current = secrets.find(({ slot }) => slot === record.current);
  return {
    [name("client-id")]: { value: clientId },
    ...(current !== undefined && {
      [name("client-secret")]: {
        value: secretText(current.text),
        attributes: { enabled: true, expires: firstSecond(current.recorded.end) },
      },
    }),
  };
}

/** What a state must never lead to here: another application, another secret, or the end of one that lives. */
const CLIENT_SECRET = "azuread:index/applicationPassword:ApplicationPassword";
const precious = new Set([
  "azuread:index/application:Application",
  "azuread:index/servicePrincipal:ServicePrincipal",
  CLIENT_SECRET,
  "azure-native:keyvault:Vault",
]);

/** The secret of a rotation that is due: it goes on with the new state as it would have with the old one. */
function rotatedSecret(tenant: Tenant, { record }: LivingDeployment): string | undefined {
  const plan = planFor(tenant, record, { isPlanOnly: true, rollback: undefined });
  return plan.isPublish ? `${programComponent}-secret-${plan.current}` : undefined;
}

function refuseReplacements({ stack }: Tenant, changes: Changes, rotated: string | undefined): void {
  const wrong = changes.filter(({ operation, type, name }) => {
    if (type === CLIENT_SECRET && name === rotated) return false;
    if (operation === "create") return precious.has(type);
    // Any update of this entry would overwrite the user's sign-in with the placeholder.
    if (operation === "update") return name.endsWith("-refresh-token");
    return !isRetirement(operation, type);
  });
  if (wrong.length === 0) return;
  throw new CommandError([
    {
      code: "not-adopted",
      message: `the new state of ${stack} would still lead to: ${wrong.map(({ operation, name }) => `${operation} ${name}`).join(", ")}`,
      fix: "Only the state was changed. Make the stack's file match the tenant, then run this again.",
    },
  ]);
}

/** A previous secret whose overlap has passed goes now, as it would have gone with the old state. */
function isRetirement(operation: string, type: string): boolean {
  return operation === "delete" && type === CLIENT_SECRET;
}

async function exportOf(stack: string, stacks: Stacks): Promise<string> {
  return (await stacks.state(stack))?.exported ?? "{}";
}

function notLost(stack: string, count: number, deployment: string): CommandError {
  return new CommandError([
    {
      code: "not-lost",
      message: `the state of ${stack} is not lost: it holds ${counted(count, "resource")} of another deployment than the vault's (${deployment})`,
      fix: "Select the right backend, or choose another prefix for this stack.",
    },
  ]);
}

function notBegun(stack: string): CommandError {
  return new CommandError([
    {
      code: "not-begun",
      message: `no state of ${stack} could be started: the program ended before it declared anything`,
      fix: `Fix what this reports: ${commandLine("up", "-s", stack, "--preview")}`,
    },
  ]);
}
