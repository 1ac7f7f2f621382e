import { commandLine } from "../model/command-line";
import type { PublishedRecord, RecordReading } from "./record";

/** Where a stack publishes: consumers know these three, so they only change on purpose. */
export interface Place {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vaultName: string;
  readonly prefix: string;
}

/** What is known before the first write. */
export interface DeploymentFacts {
  /** This state's deployment id. */
  readonly deployment: string;
  readonly stack: string;
  readonly entryName: string;
  /** What the live entry's tags say; undefined when the vault has no such entry. */
  readonly live: RecordReading | undefined;
  readonly configured: Place;
  /** Where this stack was to publish so far. */
  readonly remembered: Place;
  /** Whether anything was published there. A failed first update has no effect here. */
  readonly hasConsumers: boolean;
  /** Why tenant, vault or prefix may change; left out, they may not. */
  readonly migrate: string | undefined;
}

/** Why nothing may be written; empty when the vault entry and the configuration belong to this deployment. */
export function deploymentProblems(facts: DeploymentFacts): readonly string[] {
  return [...liveProblems(facts), ...placeProblems(facts)];
}

function liveProblems({ live, entryName, deployment, configured, stack }: DeploymentFacts): readonly string[] {
  if (live === undefined) return [];
  if (live.problems !== undefined) {
    const damage = live.problems.map(({ tag, sentence }) => `tag ${tag} ${sentence}`).join("; ");
    return [
      `the vault's entry ${entryName} has no readable record (${damage}). Either something else wrote it: choose another ` +
        "vault or prefix; or its tags were changed or a version was written by hand. To publish this stack's own secret again: " +
        commandLine("recover", "-s", stack),
    ];
  }
  return ownerProblems(live.record, entryName, deployment, configured);
}

function ownerProblems(record: PublishedRecord, entryName: string, deployment: string, configured: Place): string[] {
  const problems: string[] = [];
  if (record.deployment !== deployment) {
    problems.push(
      `the vault's entry ${entryName} belongs to deployment ${record.deployment}, this state is deployment ${deployment}: ` +
        "the state was lost, the wrong backend is selected, or two stacks share a vault and prefix. Do not start over: " +
        "restore the state or select its backend, or choose another prefix",
    );
  }
  if (record.tenantId.toLowerCase() !== configured.tenantId.toLowerCase()) {
    problems.push(
      `the vault's entry ${entryName} is of tenant ${record.tenantId}, the configuration says ${configured.tenantId}: ` +
        "use a separate stack and prefix for each tenant",
    );
  }
  return problems;
}

function placeProblems(facts: DeploymentFacts): readonly string[] {
  const { configured, remembered, migrate, hasConsumers } = facts;
  if (migrate !== undefined || !hasConsumers) return [];
  return placeDifferences(configured, remembered).map(
    (key) =>
      `${PATHS[key]} is ${configured[key]}, but this stack publishes to ${remembered[key]}: consumers would break. ` +
      "Restore it, or set migrate to the reason for the move",
  );
}

/** What makes two places different ones. The configuration keeps ids and Azure's names in lower case: equal places are equal texts. */
export function placeDifferences(one: Place, other: Place): readonly (keyof Place)[] {
  const keys = Object.keys(PATHS) as (keyof Place)[];
  return keys.filter((key) => one[key] !== other[key]);
}

/** The places of the configuration that say where. */
const PATHS: Readonly<Record<keyof Place, string>> = {
  tenantId: "tenant.id",
  subscriptionId: "vault.subscriptionId",
  resourceGroup: "vault.resourceGroup",
  vaultName: "vault.name",
  prefix: "vault.prefix",
};
