import type { ValueCheck } from "../../rotation/value-check";
import type { Renewal } from "../../tokens/renewal";
import type { Problem } from "../shared/document";

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
  /** Whether Entra accepts what is published; null where that was not the question. */
  readonly value: ValueCheck | null;
  /** What became of the refresh token; null without a reporting user, or when nothing was published. */
  readonly refreshToken: Pick<Renewal, "result" | "ageDays" | "sentence"> | null;
  readonly problems: readonly Problem[];
}

/** What the rotation of the client secret alone amounts to. */
export type SecretOutcome = Omit<RotationOutcome, "refreshToken">;

/** Both in one: a refresh token that could not be renewed is a problem of its own, and undoes no rotation. */
export function withRenewal(outcome: SecretOutcome, renewal: Renewal | null): RotationOutcome {
  if (renewal === null) return { ...outcome, refreshToken: null };
  const { result, ageDays, sentence, code = "not-renewed", fix = "" } = renewal;
  const problems = result === "failed" ? [...outcome.problems, { code, message: sentence, fix }] : outcome.problems;
  return { ...outcome, refreshToken: { result, ageDays, sentence }, problems };
}

/** A rotation that was refused or failed, as a value: one stack's failure never stops the others. */
export function failedOutcome(
  stack: string,
  problems: readonly Problem[],
  before: string | null = null,
  after: string | null = before,
): SecretOutcome {
  const [first] = problems;
  return {
    stack,
    outcome: "failed",
    reason: first?.code ?? "unexpected",
    sentence: first?.message.split("\n")[0] ?? "",
    before,
    after,
    value: null,
    problems,
  };
}
