import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { deploymentProblems, type Place, placeDifferences } from "../../rotation/deployment";
import { type PlanOptions, planSlots, rollbackProblems, type SlotPlan } from "../../rotation/plan";
import { readRecord } from "../../rotation/record";
import { replacedProblems, slotToMint } from "../../rotation/state-slots";
import type { StateView, Tags } from "../../rotation/state-view";
import { type ApiPrincipal, decideApiPrincipals, findReportingUser, seePrincipals } from "../directory";
import { entryNames } from "../entry-names";
import { existingVaultProblems, readLiveEntry, seeVault } from "../live-entry";
import { remember } from "../memory";
import { failRun } from "../problems";
import { partnerCaller, type SignIns, vaultCaller } from "../sign-ins";
import { entryLeftBehind, missingEntryProblems } from "./missing-entry";
import type { Outside } from "./outside";
import { clientSecretAddress, disagreementProblems, lookAtPublished, type Published, tagsToKeep } from "./published";
import { apiProblems, disabledWarnings, needsReportingUser, stoppedProblems, userProblems } from "./refusals";
import { policyProblems } from "./secret-policy";
import { unknownClients } from "./unknown-clients";

/** Everything that is decided before the first resource of a cloud is declared. */
export interface Preparation {
  readonly deploymentId: string;
  readonly owners: readonly string[];
  readonly plan: SlotPlan;
  readonly apiPrincipals: ReadonlyMap<string, ApiPrincipal>;
  readonly reportingUserObjectId: string | undefined;
  readonly vaultWriterObjectId: string | undefined;
  /** Tags of the client secret's entry that somebody else put there. */
  readonly foreignTags: Tags;
}

/** Looks, remembers, refuses or plans. Nothing is written to a tenant or vault before this returns. */
export async function prepare(outside: Outside, signIns: SignIns): Promise<Preparation> {
  const { configuration } = outside;
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
  const record = reading?.record ?? left?.record;
  const clientId = tags?.["clientId"] ?? left?.clientId;
  const options = planOptions(outside, deployment.origin, state);
  const schedule = { ...configuration.rotation, tenantId: configuration.tenant.id };
  const misplaced = deploymentProblems({ deployment: deployment.id, live: reading, ...place });
  failRun(
    [
      ...misplaced,
      ...disagreementProblems(outside, published),
      ...rollbackProblems(record, schedule, outside.today, options),
      // A place that was left by mistake is spoken of already.
      ...(tags
        ? []
        : await noEntryProblems(outside, signIns, { ...published, deploymentId: deployment.id, misplaced })),
    ],
    "Nothing was changed",
  );

  const seen = await seePrincipals(wantedPrincipals(configuration, clientId), signIns.partner);
  const plan = planSlots(record, schedule, outside.today, options);
  for (const warning of disabledWarnings(published.live, plan)) void pulumi.log.warn(warning);
  const apis = configuration.permissions.map(({ api }) => api.clientId);
  const apiPrincipals = await decideApiPrincipals(apis, seen);
  const reportingUserObjectId = await reportingUser(configuration, signIns);
  failRun(
    [
      ...stoppedProblems(clientId, seen),
      ...apiProblems(configuration, apiPrincipals),
      ...userProblems(configuration, reportingUserObjectId),
      ...replacedProblems(plan, state?.slots ?? {}),
      ...(await policyProblems(outside, slotToMint(plan, state?.slots), clientId)),
    ],
    "Nothing was changed",
  );
  return {
    deploymentId: deployment.id,
    owners: configuration.application.owners ?? deployment.owners,
    plan,
    apiPrincipals,
    reportingUserObjectId,
    vaultWriterObjectId: await vaultWriter(configuration, signIns),
    foreignTags: tagsToKeep(published, plan),
  };
}

/** Says in one line what a run is about to do to the secret; silent when nothing is published. */
export function announce({ reason, isPublish }: SlotPlan): void {
  if (isPublish) void pulumi.log.info(`Client secret: ${reason.sentence}`);
}

async function rememberDeployment(configuration: StackConfiguration, caller: string) {
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
  // A refused or failed first update may have remembered a place where nothing was ever published: our entry says better.
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

async function vaultWriter({ vault }: StackConfiguration, signIns: SignIns): Promise<string | undefined> {
  if (vault.mode === "existing") return undefined;
  return (await remember("vault-writer", await vaultCaller(signIns))).first;
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

function wantedPrincipals(configuration: StackConfiguration, clientId: string | undefined): readonly string[] {
  return [...configuration.permissions.map(({ api }) => api.clientId), ...(clientId ? [clientId] : [])];
}

/** Why there is no entry, and why there cannot be one. */
async function noEntryProblems(
  outside: Outside,
  signIns: SignIns,
  {
    deploymentId,
    misplaced,
    state,
  }: Pick<Published, "state"> & {
    readonly deploymentId: string;
    readonly misplaced: readonly string[];
  },
): Promise<readonly string[]> {
  const address = clientSecretAddress(outside.configuration);
  const sight = await seeVault(address, signIns.vault);
  const isVaultThere = sight !== "missing";
  return [
    ...(outside.configuration.vault.mode === "existing" ? existingVaultProblems(address, sight) : []),
    ...(misplaced.length > 0
      ? []
      : await missingEntryProblems(outside, { deploymentId, isVaultThere, held: state?.entry })),
  ];
}

async function reportingUser(configuration: StackConfiguration, signIns: SignIns): Promise<string | undefined> {
  const { reportingUser: user } = configuration;
  if (!user || !needsReportingUser(configuration)) return undefined;
  return findReportingUser(user.userPrincipalName, signIns.partner);
}
