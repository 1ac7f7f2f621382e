import { clientSecretKeyIds } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine, counted } from "../../model/command-line";
import { type JudgedCredential, retirableOrphans } from "../../rotation/credentials";
import { rememberedDeployment } from "../recover/lost-state/rebuild";
import { CommandError, type Problem, problemsOf } from "../shared/document";
import { missingStack, type StackPlace } from "../shared/missing-stack";
import { judge, type PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";

/** What was done about our credentials that no record knows. */
export interface OrphanReport {
  readonly retired: readonly string[];
  /** What is on the application now. */
  readonly credentials: readonly JudgedCredential[];
  readonly problems: readonly Problem[];
}

export interface OrphanTools {
  readonly stacks: Pick<Stacks, "state">;
  readonly context: StackPlace;
}

/**
 * Removes the orphans that may go. The order of the looks is the safeguard against a run that is under way: the engine writes
 * down what it is about to mint before it mints, so a state that is read after the credentials knows each of them, or has a
 * pending operation.
 */
export async function retireOrphans(
  tenant: Tenant,
  published: Pick<PublishedState, "record" | "versions"> & { readonly clientId: string },
  { stacks, context: place }: OrphanTools,
): Promise<OrphanReport> {
  const application = await tenant.graph.application(published.clientId);
  const seen = judge(tenant, published, application);
  if (application === undefined || !seen.some(({ kind }) => kind === "orphan" || kind === "previous")) {
    return { retired: [], credentials: seen, problems: [] };
  }
  const state = await stacks.state(tenant.stack);
  if (state === undefined) {
    // Without a state an orphan cannot be told from what a lost state declared.
    throw new CommandError([missingStack(tenant.stack, place, ": it is not known which credentials are in use")]);
  }
  const deployment = rememberedDeployment(state.exported);
  if (deployment !== published.record.deployment)
    throw otherDeployment(tenant, deployment, published.record.deployment);
  if (state.pending.length > 0) throw underWay(tenant, state.pending.length);
  const judged = judge(tenant, published, application, clientSecretKeyIds(state));
  const retired: string[] = [];
  const problems: Problem[] = [];
  for (const { keyId } of retirableOrphans(judged, tenant.today)) {
    try {
      await tenant.graphWriter.removeCredential(application.applicationObjectId, keyId);
      retired.push(keyId);
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  return { retired, credentials: judged.filter(({ keyId }) => !retired.includes(keyId)), problems };
}

function wrongBackend(stack: string): string {
  return `Select the right backend. If the state is gone for good: ${commandLine("recover", "-s", stack, "--lost-state")}`;
}

/** A wrong backend knows nothing of what the right one has minted, and all of that would look like an orphan. */
function otherDeployment({ stack }: Tenant, known: string | undefined, published: string): CommandError {
  return new CommandError([
    {
      code: "other-deployment",
      message: `the state of ${stack} is ${known === undefined ? "of no deployment" : `of deployment ${known}`}, the vault's entry is of ${published}: it does not show which credentials are in use`,
      fix: wrongBackend(stack),
    },
  ]);
}

function underWay({ stack }: Tenant, pending: number): CommandError {
  return new CommandError([
    {
      code: "pending-operations",
      message: `the state of ${stack} has ${counted(pending, "pending operation")}: a run is in progress, or one was interrupted`,
      fix: `When no run is in progress: ${commandLine("recover", "-s", stack)}`,
    },
  ]);
}
