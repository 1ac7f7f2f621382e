import { isLockRefusal } from "../../clients/pulumi/stack-lock";
import type { StackRun, Stacks } from "../../clients/pulumi/stacks";
import type { CommandContext } from "../shared/command";
import type { Digest } from "../shared/digest";
import { engineProblems } from "../shared/engine-problems";
import type { Tenant } from "../shared/tenant";
import { type Attempt, throughLocks } from "./locks";
import type { Progress } from "./recovery";

export interface RecoveryTools {
  readonly stacks: Stacks;
  readonly named: string | undefined;
  readonly context: CommandContext;
  readonly onProgress: (text: string) => void;
  /** Build a new state first, because the old one is gone. */
  readonly isStateLost: boolean;
  /** What was approved. Without it nothing is granted that the state does not hold. */
  readonly expected?: Digest | undefined;
}

/** A run of the engine, through a lock in its way. What it fails with is a problem of the recovery. */
export async function runThroughLocks(
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
  if (!run.ok) progress.problems.push(...engineProblems(tenant.stack, run, "update-failed", tools.context));
  return run;
}

export async function through<T>(
  attempt: Attempt<T>,
  { stack }: Tenant,
  { stacks, named, context }: RecoveryTools,
  progress: Progress,
): Promise<T> {
  const { value, broken } = await throughLocks(attempt, { stack, stacks, named, context });
  progress.locks.push(...broken);
  return value;
}

function errorsOf(run: StackRun): readonly string[] {
  return run.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}
