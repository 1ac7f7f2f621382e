import { randomUUID } from "node:crypto";
import type { RotationFacts } from "../../rotation/decide";
import { type DeploymentFacts, type Place, placeDifferences } from "../../rotation/deployment";
import type { PlanOptions } from "../../rotation/plan";
import { type PublishedRecord, readRecord } from "../../rotation/record";
import type { StateView, Tags } from "../../rotation/state-view";
import { entryNames } from "../entry-names";
import { existingVaultProblems, findVault, plannedVaultProblems, readLiveEntry } from "../live-entry";
import { declareMemory, remember } from "../memory";
import { type Caller, partnerCaller, vaultCaller } from "../sign-ins";
import { entryLeftBehind, missingEntry } from "./missing-entry";
import { entryFacts, type Published, readPublished } from "./published";
import { entryPlace, type Run } from "./run";
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
  readonly callers: Callers;
  /** Of the application that was published last; undefined before the first publish. */
  readonly clientId: string | undefined;
}

/** Who signs in to the partner's tenant, and who writes the vault. */
export interface Callers {
  readonly partner: Caller;
  readonly vault: Awaited<ReturnType<typeof vaultCaller>>;
}

/** Looks at the vault and the state, and remembers. Decides nothing. */
export async function gather(run: Run): Promise<Gathered> {
  const { settings, scope, dependencies } = run;
  // Asked side by side: the answers come from two plugins, and each takes a moment to start.
  const unknown = unknownClients(settings);
  const [published, partner] = await Promise.all([
    unknown.ofVault(readPublished(run)),
    unknown.ofPartner(partnerCaller(scope)),
  ]);
  // Afterwards: side by side the plugin would sign in twice.
  const vault = await unknown.ofVault(vaultCaller(scope));
  const { tags, reading, state } = published;
  const deployment = await rememberDeployment(run, partner.objectId);
  const left = tags ? undefined : entryLeftBehind(run, deployment.id, state?.entry);
  const record = reading?.record ?? left?.record;
  return {
    published,
    deployment,
    callers: { partner, vault },
    clientId: tags?.["clientId"] ?? left?.clientId,
    facts: {
      today: dependencies.today,
      schedule: { ...settings.rotation, tenantId: tenantIdIn(run, record) },
      options: planOptions(run, deployment.origin, state),
      record,
      state,
      deployment: await gatherPlace(run, deployment.id, published),
      entry: entryFacts(run, published),
      ...(tags ? {} : await gatherMissing(run, deployment.id, state)),
    },
  };
}

async function rememberDeployment({ scope, stack }: Run, caller: string): Promise<RememberedDeployment> {
  const { first } = await remember(scope, "deployment", { id: randomUUID(), origin: stack, owners: [caller] });
  return first;
}

/** The tenant spreads the due days. A preview that does not know it plans by the record's. */
function tenantIdIn({ settings }: Run, record: PublishedRecord | undefined): string {
  return settings.tenant.id.known ?? record?.tenantId ?? "";
}

async function gatherPlace(run: Run, deploymentId: string, published: Published): Promise<DeploymentFacts | undefined> {
  const { settings, scope, stack } = run;
  const { tenant, vault, migrate } = settings;
  const entryName = entryNames(vault.prefix).clientSecret;
  if (tenant.id.known === undefined || vault.place === undefined) {
    declareMemory(scope, "place", placeLater(run));
    return undefined;
  }
  const { subscriptionId, resourceGroup, name: vaultName } = vault.place;
  const configured: Place = {
    tenantId: tenant.id.known,
    subscriptionId,
    resourceGroup,
    vaultName,
    prefix: vault.prefix,
  };
  // Prefer the place of our published entry; a refused or failed first update may have remembered another.
  const isHere = published.tags?.["deployment"] === deploymentId;
  const { latest: remembered } = await remember(scope, "place", configured, {
    overwrite: isHere || migrate !== undefined,
  });
  const hasMoved = placeDifferences(configured, remembered).length > 0;
  const hasConsumers = hasMoved && (await isPublishedAt(run, remembered, configured, deploymentId));
  const live = published.reading;
  return { deployment: deploymentId, live, configured, remembered, hasConsumers, migrate, entryName, stack };
}

function placeLater({ settings: { tenant, vault } }: Run) {
  const { output } = vault;
  return {
    tenantId: tenant.id.value,
    subscriptionId: output.subscriptionId,
    resourceGroup: output.resourceGroup,
    vaultName: output.name,
    prefix: vault.prefix,
  };
}

/** Whether this deployment's entry lives at a place. One that cannot be read counts as published. */
async function isPublishedAt({ scope }: Run, place: Place, configured: Place, deploymentId: string): Promise<boolean> {
  // The sign-in reads the configured subscription only.
  if (place.subscriptionId !== configured.subscriptionId) return true;
  const { resourceGroup: resourceGroupName, vaultName, prefix } = place;
  const address = { resourceGroupName, vaultName, secretName: entryNames(prefix).clientSecret };
  const entry = await readLiveEntry(address, scope);
  return entry?.tags["deployment"] === deploymentId;
}

function planOptions({ settings, dependencies }: Run, origin: string, state: StateView | undefined): PlanOptions {
  const { request, compromised } = settings.rotation;
  return {
    origin,
    rollback: dependencies.rollback,
    ...(request && { request: { text: request, isCompromised: compromised } }),
    ...(state && { begun: { slots: state.slots, record: recordIn(state.begun) } }),
  };
}

function recordIn(tags: Tags | undefined): PublishedRecord | undefined {
  return tags && readRecord(tags).record;
}

/** Why there is no entry, and why there cannot be one. */
async function gatherMissing(
  run: Run,
  deploymentId: string,
  state: StateView | undefined,
): Promise<Pick<RotationFacts, "missing" | "vaultProblems">> {
  const place = entryPlace(run);
  if (place === undefined) return {};
  const presence = await findVault(place.address, run.scope);
  const isVaultThere = presence !== "missing";
  const {
    stack,
    settings: { vault },
  } = run;
  return {
    vaultProblems:
      vault.mode === "existing"
        ? existingVaultProblems(place.address, presence)
        : plannedVaultProblems(place.address, presence, { mode: vault.mode, stack, isOurs: state?.hasVault !== false }),
    missing: await missingEntry(run, place, { deploymentId, isVaultThere, held: state?.entry }),
  };
}
