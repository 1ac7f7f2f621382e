import type { PendingOperation } from "../../clients/pulumi/stack-state";
import type { StackRun } from "../../clients/pulumi/stacks";
import type { JudgedCredential } from "../../rotation/credentials";
import type { ValueCheck } from "../../rotation/value-check";
import type { Problem } from "../shared/document";
import type { BrokenLock } from "./locks";
import type { Repair } from "./repair";

/** What one recovery found and did. */
export interface Recovery {
  readonly stack: string;
  readonly ok: boolean;
  readonly outcome: "recovered" | "nothing-to-do" | "failed";
  readonly locks: readonly BrokenLock[];
  /** Operations that an interrupted run had begun; the state no longer waits for them. */
  readonly cleared: readonly PendingOperation[];
  /** Resources that a new state took over. */
  readonly adopted: readonly string[];
  readonly changes: readonly { readonly operation: string; readonly type: string; readonly name: string }[];
  readonly retired: readonly string[];
  /** Object ids of applications that were removed: a killed run had created them. */
  readonly removedApplications: readonly string[];
  /** Orphans that are kept, because consumers may hold them or their use is unknown. */
  readonly orphans: readonly { readonly keyId: string; readonly removableOn: string | null }[];
  /** What was wrong with the published entry and was published anew; null when nothing was. */
  readonly repaired: Repair["what"] | null;
  /** Whether Entra accepts what is published now; null when nothing is published. */
  readonly value: ValueCheck | null;
  readonly problems: readonly Problem[];
}

/** What a recovery has done so far. */
export interface Progress {
  readonly locks: BrokenLock[];
  readonly cleared: PendingOperation[];
  readonly adopted: string[];
  readonly changes: StackRun["changes"][number][];
  readonly retired: string[];
  readonly removedApplications: string[];
  readonly orphans: JudgedCredential[];
  repaired: Repair["what"] | null;
  value: ValueCheck | null;
  readonly problems: Problem[];
}

/** What it all amounts to. */
export function recoveryOf(stack: string, progress: Progress): Recovery {
  const { locks, cleared, adopted, changes, retired, removedApplications, orphans, repaired, value, problems } =
    progress;
  const ok = problems.length === 0;
  const hasDone = [locks, cleared, adopted, changes, retired, removedApplications].some((list) => list.length > 0);
  return {
    stack,
    ok,
    outcome: !ok ? "failed" : hasDone ? "recovered" : "nothing-to-do",
    locks,
    cleared,
    adopted,
    changes: changes.map(({ operation, type, name }) => ({ operation, type, name })),
    retired,
    removedApplications,
    orphans: orphans.map(({ keyId, removableOn }) => ({ keyId, removableOn: removableOn ?? null })),
    repaired,
    value,
    problems,
  };
}
