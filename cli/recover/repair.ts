import { clientIdIn, outputsIn, type StackState } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine } from "../../model/command-line";
import { programComponent } from "../../model/program-component";
import { vaultSecretName } from "../../model/vault-entries";
import { rebuiltRecord } from "../../rotation/rebuilt-record";
import { recordTags } from "../../rotation/record";
import { type StateView, stateView, type Tags } from "../../rotation/state-view";
import { repairTags, trustedTags } from "../../rotation/trusted-record";
import { CommandError } from "../shared/document";
import type { Tenant } from "../shared/tenant";
import { checkValue } from "../shared/value";
import { rememberedDeployment } from "./lost-state/rebuild";

/** What is wrong with the published entry, and the tags that the next update uses instead of the entry's own. */
export interface Repair {
  readonly what: "record" | "value";
  readonly tags: Tags;
}

/** The environment variables that make a run's program use a repair. */
export function repairEnvironment(repair: Repair | undefined): Readonly<Record<string, string>> {
  return repair === undefined ? {} : { PARTNER_ACCESS_REPAIR: JSON.stringify(repair.tags) };
}

/**
 * Looks whether the published entry is what this stack published: its record against the state, older versions and Entra, its value
 * against Entra. Undefined when nothing is to be repaired, or nothing was published. Damage for which nothing credible is left is an error.
 */
export async function findRepair(tenant: Tenant, stacks: Pick<Stacks, "state">): Promise<Repair | undefined> {
  const name = vaultSecretName(tenant.configuration.vault.prefix, "client-secret");
  const state = await stacks.state(tenant.stack);
  if (state === undefined) return undefined;
  const view = stateView(outputsIn(state), programComponent);
  // The state does not hold the vault that it was to create: nothing is published there, and its identity has no right to read it.
  if (view.entry === undefined && tenant.configuration.vault.mode !== "existing" && !view.hasVault) return undefined;
  const versions = await tenant.vault.versions(name);
  const latest = await tenant.vault.latest(name, versions);
  if (latest === undefined) return undefined;
  // This state never published anything, so an existing entry is not ours to repair.
  if (view.entry === undefined && view.begun === undefined) return undefined;
  const [clientId, deployment] = [clientIdIn(state), rememberedDeployment(state.exported)];
  const trusted =
    trustedTags({
      tenantId: tenant.configuration.tenant.id,
      live: latest.tags,
      address: `${tenant.vaultUri}/secrets/${name}`,
      state: view,
      deployment,
      versions: versions.map(({ tags }) => tags),
      credentials: clientId ? (await tenant.graph.application(clientId))?.credentials : undefined,
    }) ?? rebuiltTags(tenant, view, state);
  if (trusted === undefined) throw noRecord(tenant, name);
  const version = versions.at(-1)?.version ?? "";
  if (trusted !== latest.tags) return { what: "record", tags: repairTags(trusted, version) };
  const { result } = latest.isEnabled ? await checkValue(tenant) : { result: "not-checked" };
  return result === "refused" ? { what: "value", tags: repairTags(trusted, version) } : undefined;
}

/** The state says which secrets there are, whatever became of the record. */
function rebuiltTags({ configuration, today }: Tenant, view: StateView, state: StackState): Tags | undefined {
  const { rotation, tenant } = configuration;
  const [clientId, deployment] = [clientIdIn(state), rememberedDeployment(state.exported)];
  if (deployment === undefined || clientId === undefined) return undefined;
  const record = rebuiltRecord(view.slots, deployment, { ...rotation, tenantId: tenant.id }, today);
  return record && { ...recordTags(record), clientId };
}

function noRecord({ stack, vaultUri }: Tenant, name: string): CommandError {
  return new CommandError([
    {
      code: "no-record",
      message: `neither ${name} in ${vaultUri}, nor an older version of it, nor the state of ${stack} shows what is published`,
      fix: `Restore a version of the entry that this project wrote. Or, if the state is gone for good: ${commandLine("recover", "-s", stack, "--lost-state")}`,
    },
  ]);
}
