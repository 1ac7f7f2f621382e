import { randomUUID } from "node:crypto";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { RotationFacts } from "../../rotation/decide";
import { type Place, placeDifferences } from "../../rotation/deployment";
import type { PlanOptions } from "../../rotation/plan";
import { readRecord } from "../../rotation/record";
import type { StateView, Tags } from "../../rotation/state-view";
import { entryNames } from "../entry-names";
import { existingVaultProblems, plannedVaultProblems, readLiveEntry, seeVault } from "../live-entry";
import { remember } from "../memory";
import { partnerCaller, type SignIns } from "../sign-ins";
import { entryLeftBehind, missingEntry } from "./missing-entry";
import type { Outside } from "./outside";
import { clientSecretAddress, entryFacts, lookAtPublished, type Published } from "./published";
import { unknownClients } from "./unknown-clients";

/** What the first update decided for good. */
interface RememberedDeployment {
  readonly id: string;
  readonly origin: string;
  readonly owners: readonly string[];
}

/** Everything about the secret that is looked up or remembered before anything is decided. */
export interface Gathered {
  readonly facts: RotationFacts;
  readonly published: Published;
  readonly deployment: RememberedDeployment;
  /** Of the application that was published last; undefined before the first publish. */
  readonly clientId: string | undefined;
}

/** Looks at the vault and the state, and remembers. Decides nothing. */
export async function gather(outside: Outside, signIns: SignIns): Promise<Gathered> {
  const { configuration, today } = outside;
  // Asked side by side: the answers come from two plugins, and each takes a moment to start.
  const unknown = unknownClients(configuration);
  const [published, caller] = await Promise.all([
    unknown.ofVault(lookAtPublished(outside, signIns)),
    unknown.ofPartner(partnerCaller(signIns)),
  ]);
  const { tags, reading, state } = published;
  const deployment = await rememberDeployment(configuration, caller);
  const place = await rememberPlace(configuration, deployment.id, tags, signIns);
  const left = tags ? undefined : entryLeftBehind(outside, deployment.id, state?.entry);
  return {
    published,
    deployment,
    clientId: tags?.["clientId"] ?? left?.clientId,
    facts: {
      today,
      schedule: { ...configuration.rotation, tenantId: configuration.tenant.id },
      options: planOptions(outside, deployment.origin, state),
      record: reading?.record ?? left?.record,
      state,
      deployment: { deployment: deployment.id, live: reading, ...place },
      entry: entryFacts(outside, published),
      ...(tags ? {} : await gatherMissing(outside, signIns, deployment.id, state)),
    },
  };
}

async function rememberDeployment(configuration: StackConfiguration, caller: string): Promise<RememberedDeployment> {
  const { first } = await remember("deployment", {
    id: randomUUID(),
    origin: configuration.stack,
    owners: [caller],
  });
  return first;
}

async function rememberPlace(
  configuration: StackConfiguration,
  deploymentId: string,
  live: Tags | undefined,
  signIns: SignIns,
) {
  const { tenant, vault, migrate } = configuration;
  const { subscriptionId, resourceGroup, name: vaultName, prefix } = vault;
  const configured: Place = { tenantId: tenant.id, subscriptionId, resourceGroup, vaultName, prefix };
  // Prefer the place of our published entry; a refused or failed first update may have remembered another.
  const isHere = live?.["deployment"] === deploymentId;
  const { latest: remembered } = await remember("place", configured, { overwrite: isHere || migrate !== undefined });
  const hasMoved = placeDifferences(configured, remembered).length > 0;
  const hasConsumers = hasMoved && (await isPublishedAt(remembered, configured, deploymentId, signIns));
  const entryName = entryNames(prefix).clientSecret;
  return { configured, remembered, hasConsumers, migrate, entryName, stack: configuration.stack };
}

/** Whether this deployment's entry lives at a place. One that cannot be read counts as published. */
async function isPublishedAt(
  place: Place,
  configured: Place,
  deploymentId: string,
  signIns: SignIns,
): Promise<boolean> {
  // The sign-in reads the configured subscription only.
  if (place.subscriptionId !== configured.subscriptionId) return true;
  const { resourceGroup: resourceGroupName, vaultName, prefix } = place;
  const address = { resourceGroupName, vaultName, secretName: entryNames(prefix).clientSecret };
  const entry = await readLiveEntry(address, signIns.vault);
  return entry?.tags["deployment"] === deploymentId;
}

function planOptions({ configuration, rollback }: Outside, origin: string, state: StateView | undefined): PlanOptions {
  const { request, compromised } = configuration.rotation;
  return {
    origin,
    rollback,
    ...(request && { request: { text: request, isCompromised: compromised } }),
    ...(state && { begun: { slots: state.slots, record: state.begun && readRecord(state.begun).record } }),
  };
}

/** Why there is no entry, and why there cannot be one. */
async function gatherMissing(
  outside: Outside,
  signIns: SignIns,
  deploymentId: string,
  state: StateView | undefined,
): Promise<Pick<RotationFacts, "missing" | "vaultProblems">> {
  const address = clientSecretAddress(outside.configuration);
  const sight = await seeVault(address, signIns.vault);
  const isVaultThere = sight !== "missing";
  const { stack, vault } = outside.configuration;
  return {
    vaultProblems:
      vault.mode === "existing"
        ? existingVaultProblems(address, sight)
        : plannedVaultProblems(address, sight, { mode: vault.mode, stack, isOurs: state?.hasVault !== false }),
    missing: await missingEntry(outside, { deploymentId, isVaultThere, held: state?.entry }),
  };
}
