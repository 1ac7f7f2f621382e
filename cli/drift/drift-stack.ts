import { readOneStack } from "../../configuration/project-files";
import { readProjectPolicy } from "../../configuration/read-stack";
import { type DriftFinding, driftOf } from "../../permissions/drift";
import type { AccessManifest } from "../../permissions/manifest";
import type { CommandContext } from "../shared/command";
import type { Problem } from "../shared/document";
import { nothingPublished, readPublishedState } from "../shared/published-state";
import { openTenant, type Tenant } from "../shared/tenant";
import { readLive } from "./read-live";

/** How one stack's tenant and vault differ from what is declared. */
export interface StackDrift {
  readonly stack: string;
  /** Cannot-tell: a read failed, so nothing is known. */
  readonly outcome: "as-declared" | "drifted" | "cannot-tell";
  readonly findings: readonly DriftFinding[];
  readonly problems: readonly Problem[];
}

/** Compares what is declared with what is there. Throws when a read fails. */
export async function driftOfStack(
  stack: string,
  declared: () => Promise<AccessManifest>,
  context: CommandContext,
): Promise<StackDrift> {
  const tenant = await openTenant(stack, context);
  const findings = await findDrift(tenant, await declared(), context);
  if (findings === undefined) throw await nothingPublished(tenant);
  return { stack, outcome: findings.length === 0 ? "as-declared" : "drifted", findings, problems: [] };
}

/** The findings of one tenant; undefined when nothing was ever published. Throws when a read fails. */
export async function findDrift(
  tenant: Tenant,
  declared: AccessManifest,
  { projectDirectory }: Pick<CommandContext, "projectDirectory">,
): Promise<readonly DriftFinding[] | undefined> {
  const published = await readPublishedState(tenant);
  if (published === undefined) return undefined;
  const live = await readLive(tenant, published, declared);
  const { policy, apis } = readProjectPolicy(readOneStack(projectDirectory, tenant.stack));
  const { reportingUser } = tenant.configuration;
  return driftOf(declared, live, {
    assignedByAdmin: reportingUser?.assignedBy === "admin" ? reportingUser.userPrincipalName : undefined,
    knownWriters: policy.writers?.map(({ principalId }) => principalId),
    apis,
  });
}
