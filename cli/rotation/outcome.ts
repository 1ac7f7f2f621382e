import type { Problem } from "../document";

/** What happened to one tenant in a rotation run. */
export interface RotationOutcome {
  readonly stack: string;
  readonly outcome: "rotated" | "not-due" | "retired" | "rolled-back" | "failed";
  /** Stable, for machines: `due`, `requested`, `compromised`, `other-changes`, `not-deployed`, … */
  readonly reason: string;
  /** One sentence for people. */
  readonly sentence: string;
  /** Key id of the published secret before and after; null where there was none or it cannot be told. */
  readonly before: string | null;
  readonly after: string | null;
  readonly problems: readonly Problem[];
}

/** A rotation that was refused or failed, as a value: one stack's failure never stops the others. */
export function failedOutcome(
  stack: string,
  problems: readonly Problem[],
  before: string | null = null,
  after: string | null = before,
): RotationOutcome {
  const [first] = problems;
  return {
    stack,
    outcome: "failed",
    reason: first?.code ?? "unexpected",
    sentence: first?.message.split("\n")[0] ?? "",
    before,
    after,
    problems,
  };
}
