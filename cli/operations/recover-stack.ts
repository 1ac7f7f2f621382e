import { isLockRefusal } from "../../clients/stack-lock";
import { clientIdIn, type PendingOperation } from "../../clients/stack-state";
import type { StackRun, Stacks } from "../../clients/stacks";
import { commandLine, counted } from "../../permissions/command-line";
import type { Surroundings } from "../command";
import { CommandError, type Problem, problemsOf } from "../document";
import { type Digest, misapplied, previewedDigest, unapproved } from "../review/binding";
import { unapprovedChanges } from "../review/granted";
import { stackSettings } from "../review/stack-settings";
import type { Tenant } from "../tenant";
import { removeExtraApplications } from "./extra-applications";
import { lookAtHealth } from "./health";
import { type Attempt, attemptOf, throughLocks } from "./locks";
import { lookAtVault, publishedClientId } from "./look";
import { adoptLostState } from "./lost-state/adopt";
import { rememberedDeployment, rememberedOwners } from "./lost-state/rebuild";
import { retireOrphans } from "./orphans";
import { type Progress, type Recovery, recoveryOf } from "./recovery";
import { refreshArguments, removedClientSecrets } from "./removed-secrets";
import { findRepair, repairEnvironment } from "./repair";

export interface RecoveryTools {
  readonly stacks: Stacks;
  readonly named: string | undefined;
  readonly surroundings: Surroundings;
  readonly news: (text: string) => void;
  /** Build a new state first, because the old one is gone. */
  readonly isStateLost: boolean;
  /** What was approved. Without it nothing is granted that the state does not hold. */
  readonly expected?: Digest | undefined;
}

/**
 * Brings a stack back after a run that broke off. Every step looks first and may be repeated, so a recovery that is killed
 * itself is recovered by the next one: clear what was pending, let the engine go on, remove what nobody knows.
 */
export async function recoverStack(tenant: Tenant, tools: RecoveryTools): Promise<Recovery> {
  const { stack } = tenant;
  const { stacks, news } = tools;
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
    news("looking at the state");
    const state = await stacks.state(stack);
    if (state === undefined) throw noStack(stack);
    if (state.pending.length > 0) {
      news("looking at what a killed run left pending");
      progress.cleared.push(
        ...(await through(
          attemptOf(() => clearPending(tenant, tools)),
          tenant,
          tools,
          progress,
        )),
      );
      news(`${counted(progress.cleared.length, "pending operation")} cleared`);
    }
    await forgetRemoved(tenant, tools, progress);
    await goOn(tenant, state.exported, tools, progress);
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
  const { stacks, news, surroundings } = tools;
  const adoption = attemptOf(() => adoptLostState(tenant, { stacks, surroundings, news }));
  progress.adopted.push(...(await through(adoption, tenant, tools, progress)));
}

/** Lets the engine see that client secrets are gone which it would otherwise try to remove for ever. */
async function forgetRemoved(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  const { stacks, news } = tools;
  const removed = await removedClientSecrets(tenant, stacks);
  if (removed.length === 0) return;
  news(`forgetting ${counted(removed.length, "client secret")} that ${removed.length === 1 ? "is" : "are"} gone`);
  const refresh = () => stacks.refresh(tenant.stack, { arguments: refreshArguments(removed) });
  const { ok } = await runThroughLocks(refresh, tenant, tools, progress);
  if (!ok) return;
  for (const { urn, type } of removed) {
    progress.changes.push({ operation: "forget", urn, type, name: urn.slice(urn.lastIndexOf("::") + 2) });
  }
}

/**
 * Lets the engine finish what was broken off: what was approved, or else what the state held when this recovery began. A change of the
 * stack's file or of the program that nobody approved waits for `up`. An entry that is not what this stack published is published anew by
 * the same update, proven as any other.
 */
async function goOn(tenant: Tenant, exported: string, tools: RecoveryTools, progress: Progress): Promise<void> {
  const { stack } = tenant;
  const { stacks, surroundings, expected, news } = tools;
  const repair = await findRepair(tenant, stacks);
  const env = repairEnvironment(repair);
  const settings = stackSettings(surroundings.projectDirectory, stack);
  news("preview");
  const { run: preview, document } = await stacks.previewDocument(stack, { env });
  if (!preview.ok) {
    progress.problems.push(...failuresOf(preview, "preview-failed"));
    return;
  }
  const context = { surroundings, stacks, settings, tenant: async () => tenant };
  const refusals =
    expected === undefined
      ? await unapprovedChanges(stack, { changes: preview.changes, document, exported }, context)
      : await unapproved(stack, expected, document, context);
  if (refusals.length > 0) {
    await breakDeadLock(tenant, tools, progress);
    progress.problems.push(...refusals);
    return;
  }
  news(repair === undefined ? "running up" : `running up, which publishes the right ${repair.what} again`);
  const up = () =>
    stacks.up(stack, {
      env,
      onEvent: (event) =>
        event.kind === "step" && !event.isDone && news(`${event.change.operation} ${event.change.name}`),
    });
  const run = await runThroughLocks(up, tenant, tools, progress);
  progress.changes.push(...run.changes);
  if (!run.ok) return;
  if (repair !== undefined) progress.repaired = repair.what;
  const otherwise = misapplied(
    stack,
    { expected: expected ?? previewedDigest(document, settings), settings },
    document,
    await exportedState(tenant, tools),
  );
  if (otherwise !== undefined) progress.problems.push(otherwise);
}

/** A lock that a dead run left would keep the approved update from running too: a refresh of nothing takes it, and changes nothing. */
async function breakDeadLock(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  const refresh = () => tools.stacks.refresh(tenant.stack, { arguments: ["--target", "**::nothing"] });
  await runThroughLocks(refresh, tenant, tools, progress);
}

async function exportedState({ stack }: Tenant, { stacks }: RecoveryTools): Promise<string> {
  return (await stacks.state(stack))?.exported ?? "{}";
}

/** "Recovered" is a word about consumers: what the tenant and the published value say now decides it. */
async function confirm(tenant: Tenant, progress: Progress): Promise<void> {
  const sight = await lookAtVault(tenant);
  if (sight === undefined) return;
  const health = await lookAtHealth(tenant, sight);
  progress.value = health.value;
  progress.problems.push(...health.problems);
}

async function runThroughLocks(
  action: () => Promise<StackRun>,
  tenant: Tenant,
  tools: RecoveryTools,
  progress: Progress,
): Promise<StackRun> {
  const attempt = async () => {
    const result = await action();
    const refusal = errorsOf(result).find(isLockRefusal);
    return refusal === undefined ? { value: result } : { refusal };
  };
  const run = await through(attempt, tenant, tools, progress);
  if (!run.ok) progress.problems.push(...failuresOf(run, "update-failed"));
  return run;
}

/** After a failed update too: what is certain may be done, and the rest stays. */
async function removeOrphans(tenant: Tenant, { stacks, news }: RecoveryTools, progress: Progress): Promise<void> {
  news("looking for orphans");
  const sight = await lookAtVault(tenant);
  if (sight === undefined) return;
  const report = await retireOrphans(tenant, sight, stacks);
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

async function through<T>(
  attempt: Attempt<T>,
  { stack }: Tenant,
  { stacks, named, surroundings }: RecoveryTools,
  progress: Progress,
): Promise<T> {
  const { value, broken } = await throughLocks(attempt, { stack, stacks, named, surroundings });
  progress.locks.push(...broken);
  return value;
}

function errorsOf(run: StackRun): readonly string[] {
  return run.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

function failuresOf(run: StackRun, code: string): readonly Problem[] {
  return errorsOf(run).map((message) => ({ code, message, fix: "" }));
}

function noStack(stack: string): CommandError {
  return new CommandError([
    {
      code: "no-state",
      message: `the state store has no stack ${stack}`,
      fix: `Select the right backend (pulumi whoami --verbose). Is the state gone for good: ${commandLine("recover", "-s", stack, "--lost-state")}`,
    },
  ]);
}
