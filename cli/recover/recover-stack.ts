import { clientIdIn, type PendingOperation } from "../../clients/pulumi/stack-state";
import { counted } from "../../model/command-line";
import { retireOrphans } from "../credentials/orphans";
import { keepingStateKey } from "../review/state-key-file";
import { CommandError, problemsOf } from "../shared/document";
import { missingStack } from "../shared/missing-stack";
import { publishedClientId, readPublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { continueUpdate } from "./continue-update";
import { destroyedResources, halfDestroyed } from "./destroyed";
import { removeExtraApplications } from "./extra-applications";
import { readHealth } from "./health";
import { attemptOf } from "./locks";
import { adoptLostState } from "./lost-state/adopt";
import { rememberedDeployment, rememberedOwners } from "./lost-state/rebuild";
import { type Progress, type Recovery, recoveryOf } from "./recovery";
import { type RecoveryTools, runThroughLocks, through } from "./recovery-runs";
import { refreshArguments, removedClientSecrets } from "./removed-secrets";

/**
 * Repairs a stack after an interrupted run. Every step reads first and can be repeated, so the next recovery completes one that was killed:
 * clear what was pending, let the engine continue, remove orphans.
 */
export async function recoverStack(tenant: Tenant, tools: RecoveryTools): Promise<Recovery> {
  const { stack } = tenant;
  const { stacks, onProgress } = tools;
  const progress: Progress = {
    locks: [],
    cleared: [],
    adopted: [],
    changes: [],
    retired: [],
    removedApplications: [],
    orphans: [],
    repaired: null,
    value: null,
    problems: [],
  };
  try {
    if (tools.isStateLost) await adopt(tenant, tools, progress);
    onProgress("looking at the state");
    const state = await stacks.state(stack);
    if (state === undefined) throw new CommandError([missingStack(stack, tools.context)]);
    if (state.pending.length > 0) {
      onProgress("reading what a killed run left pending");
      progress.cleared.push(
        ...(await through(
          attemptOf(() => clearPending(tenant, tools)),
          tenant,
          tools,
          progress,
        )),
      );
      onProgress(`${counted(progress.cleared.length, "pending operation")} cleared`);
    }
    await forgetRemoved(tenant, tools, progress);
    await continueUpdate(tenant, state.exported, tools, progress);
    await removeOrphans(tenant, tools, progress);
    await removeExtras(tenant, tools, progress);
    await confirm(tenant, progress);
  } catch (error) {
    progress.problems.push(...problemsOf(error));
  }
  return recoveryOf(stack, progress);
}

/** Exported anew for each attempt: a run that was alive when it was looked at may have ended since, and its state must not be undone. */
async function clearPending({ stack }: Tenant, { stacks }: RecoveryTools): Promise<readonly PendingOperation[]> {
  const state = await stacks.state(stack);
  if (state === undefined || state.pending.length === 0) return [];
  await stacks.putState(stack, state.exported);
  return state.pending;
}

async function adopt(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  const { stacks, onProgress, context } = tools;
  const adoption = attemptOf(() => adoptLostState(tenant, { stacks, context, onProgress }));
  progress.adopted.push(...(await through(adoption, tenant, tools, progress)));
}

/** Lets the engine see that resources are gone which it would otherwise try to remove for ever. */
async function forgetRemoved(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  const { stacks, onProgress } = tools;
  const secrets = await removedClientSecrets(tenant, stacks);
  const destroyed = await destroyedResources(tenant, stacks);
  const removed = [...secrets, ...destroyed];
  if (removed.length === 0) return;
  onProgress(`forgetting ${counted(removed.length, "resource")} that ${removed.length === 1 ? "is" : "are"} gone`);
  const refresh = () =>
    keepingStateKey(tenant.stack, tools, (argv) =>
      stacks.refresh(tenant.stack, { arguments: [...refreshArguments(removed), ...argv] }),
    );
  const { ok } = await runThroughLocks(refresh, tenant, tools, progress);
  if (!ok) return;
  for (const { urn, type } of removed) {
    progress.changes.push({ operation: "forget", urn, type, name: urn.slice(urn.lastIndexOf("::") + 2) });
  }
  if (destroyed.length > 0) throw halfDestroyed(tenant.stack, destroyed);
}

/** "Recovered" is a word about consumers: what the tenant and the published value say now decides it. */
async function confirm(tenant: Tenant, progress: Progress): Promise<void> {
  const published = await readPublishedState(tenant);
  if (published === undefined) return;
  const health = await readHealth(tenant, published);
  progress.value = health.value;
  progress.problems.push(...health.problems);
}

/** After a failed update too: what is certain may be done, and the rest stays. */
async function removeOrphans(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  tools.onProgress("looking for orphans");
  const published = await readPublishedState(tenant);
  if (published === undefined) return;
  const report = await retireOrphans(tenant, published, tools);
  progress.retired.push(...report.retired);
  progress.orphans.push(...report.credentials.filter(({ kind }) => kind === "orphan"));
  progress.problems.push(...report.problems);
}

/** Decided from the state, so that it is done before anything is published too. A state that waits for something may yet create one. */
async function removeExtras(tenant: Tenant, { stacks }: RecoveryTools, progress: Progress): Promise<void> {
  const state = await stacks.state(tenant.stack);
  const deployment = state && rememberedDeployment(state.exported);
  if (state === undefined || deployment === undefined || state.pending.length > 0) return;
  const known = [clientIdIn(state), await publishedClientId(tenant)].filter((id) => id !== undefined);
  const owners = [...rememberedOwners(state.exported), ...(tenant.configuration.application.owners ?? [])];
  const { removed, problems } = await removeExtraApplications(tenant, { deployment, owners, known });
  progress.removedApplications.push(...removed);
  progress.problems.push(...problems);
}
