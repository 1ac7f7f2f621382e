import type { StackRun } from "../../clients/pulumi/stacks";
import { counted } from "../../model/command-line";
import { approvalProblems, misapplied, previewedDigest } from "../review/binding";
import { unapprovedChanges } from "../review/granted";
import { stackSettings } from "../review/stack-settings";
import { keepingStateKey } from "../review/state-key-file";
import { engineProblems } from "../shared/engine-problems";
import type { Tenant } from "../shared/tenant";
import { adoptCreated } from "./created";
import { attemptOf } from "./locks";
import type { Progress } from "./recovery";
import { type RecoveryTools, runThroughLocks, through } from "./recovery-runs";
import { findRepair, repairEnvironment } from "./repair";

/**
 * Lets the engine finish what was interrupted: what was approved, or else what the state held when this recovery began. A change of the
 * stack's file or of the program that was not approved waits for `up`. An entry that is not what this stack published is published again by
 * the same update, and proven like any other.
 */
export async function continueUpdate(
  tenant: Tenant,
  exported: string,
  tools: RecoveryTools,
  progress: Progress,
): Promise<void> {
  const { stack } = tenant;
  const { stacks, context, expected, onProgress } = tools;
  const repair = await findRepair(tenant, stacks);
  const env = repairEnvironment(repair);
  const settings = stackSettings(context.projectDirectory, stack);
  onProgress("preview");
  const { run: preview, document } = await previewWithCreated(tenant, env, tools, progress);
  if (!preview.ok) {
    progress.problems.push(...engineProblems(stack, preview, "preview-failed", context));
    return;
  }
  const binding = { context, stacks, settings, tenant: async () => tenant };
  const refusals =
    expected === undefined
      ? await unapprovedChanges(stack, { changes: preview.changes, document, exported }, binding)
      : await approvalProblems(stack, expected, document, binding);
  if (refusals.length > 0) {
    await breakDeadLock(tenant, tools, progress);
    progress.problems.push(...refusals);
    return;
  }
  onProgress(repair === undefined ? "running up" : `running up, which publishes the right ${repair.what} again`);
  const up = () =>
    stacks.up(stack, {
      env,
      onEvent: (event) =>
        event.kind === "step" && !event.isDone && onProgress(`${event.change.operation} ${event.change.name}`),
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

/** What the update would do. What it would create and is there already is taken into the state first: only names, and no approval. */
async function previewWithCreated(
  tenant: Tenant,
  env: Readonly<Record<string, string>>,
  tools: RecoveryTools,
  progress: Progress,
): Promise<{ readonly run: StackRun; readonly document: string }> {
  const { stacks, onProgress } = tools;
  const preview = await stacks.previewDocument(tenant.stack, { env });
  if (!preview.run.ok) return preview;
  const adoption = attemptOf(() => adoptCreated(tenant, preview.run.changes, { stacks }));
  const adopted = await through(adoption, tenant, tools, progress);
  if (adopted.length === 0) return preview;
  progress.adopted.push(...adopted);
  onProgress(`${counted(adopted.length, "resource")} of an interrupted run added to the state: preview again`);
  return stacks.previewDocument(tenant.stack, { env });
}

/** A lock that a dead run left would keep the approved update from running too: a refresh of nothing takes it, and changes nothing. */
async function breakDeadLock(tenant: Tenant, tools: RecoveryTools, progress: Progress): Promise<void> {
  const refresh = () =>
    keepingStateKey(tenant.stack, tools, (argv) =>
      tools.stacks.refresh(tenant.stack, { arguments: ["--target", "**::nothing", ...argv] }),
    );
  await runThroughLocks(refresh, tenant, tools, progress);
}

async function exportedState({ stack }: Tenant, { stacks }: RecoveryTools): Promise<string> {
  return (await stacks.state(stack))?.exported ?? "{}";
}
