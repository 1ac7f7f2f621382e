import type { PublishedRecord, RecordReading } from "./record";

/** Where a stack publishes: consumers know these three, so they only change on purpose. */
export interface Place {
  readonly tenantId: string;
  readonly vault: string;
  readonly prefix: string;
  /** Whether the vault is this stack's own: it was created, or recovered, by it. */
  readonly isOwnVault: boolean;
}

/** What is known before the first write. */
export interface DeploymentFacts {
  /** This state's deployment id. */
  readonly deployment: string;
  readonly entryName: string;
  /** What the live entry's tags say; undefined when the vault has no such entry. */
  readonly live: RecordReading | undefined;
  readonly configured: Place;
  /** Where this stack published so far. */
  readonly remembered: Place;
  /** Why tenant, vault or prefix may change; left out, they may not. */
  readonly migrate: string | undefined;
}

/** Why nothing may be written; empty when the vault entry and the configuration belong to this deployment. */
export function deploymentProblems(facts: DeploymentFacts): readonly string[] {
  return [...liveProblems(facts), ...placeProblems(facts)];
}

function liveProblems({ live, entryName, deployment, configured }: DeploymentFacts): readonly string[] {
  if (live === undefined) return [];
  if (live.problems !== undefined) {
    const damage = live.problems.map(({ tag, sentence }) => `tag ${tag} ${sentence}`).join("; ");
    return [
      `the vault's entry ${entryName} has no readable record (${damage}). Either something else wrote it: choose another ` +
        "vault or prefix; or its tags were changed: put back the tags of the last version that this project wrote",
    ];
  }
  return ownerProblems(live.record, entryName, deployment, configured);
}

function ownerProblems(record: PublishedRecord, entryName: string, deployment: string, configured: Place): string[] {
  const problems: string[] = [];
  if (record.deployment !== deployment) {
    problems.push(
      `the vault's entry ${entryName} belongs to deployment ${record.deployment}, this state is deployment ${deployment}: ` +
        "the state was lost, the backend is a wrong one, or two stacks share a vault and prefix. Never a new tenant: " +
        "restore the state or select its backend, or choose another prefix",
    );
  }
  if (record.tenantId.toLowerCase() !== configured.tenantId.toLowerCase()) {
    problems.push(
      `the vault's entry ${entryName} is of tenant ${record.tenantId}, the configuration says ${configured.tenantId}: ` +
        "use a stack and prefix of its own for each tenant",
    );
  }
  return problems;
}

function placeProblems({ configured, remembered, migrate }: DeploymentFacts): readonly string[] {
  if (migrate !== undefined) return [];
  const labels: readonly ["tenantId" | "vault" | "prefix", string][] = [
    ["tenantId", "tenant.id"],
    ["vault", "vault"],
    ["prefix", "vault.prefix"],
  ];
  const moves = labels
    .filter(([key]) => configured[key].toLowerCase() !== remembered[key].toLowerCase())
    .map(
      ([key, path]) =>
        `${path} is ${configured[key]}, but this stack publishes to ${remembered[key]}: consumers would break. ` +
        "Put it back, or set migrate to the reason for the move",
    );
  if (moves.length > 0 || !remembered.isOwnVault || configured.isOwnVault) return moves;
  return [`vault.mode is existing, but this stack created ${remembered.vault}: without its mode it would be deleted`];
}
