import { counted } from "../../model/command-line";
import { phrase } from "../../permissions/report/phrase";
import { type Summary, stackProblems } from "../shared/summary";
import type { RotationOutcome } from "./outcome";

/** What became of each stack's secret and sign-in, for a job's summary. */
export function rotateSummary(outcomes: readonly RotationOutcome[]): Summary {
  const kinds = [...new Set(outcomes.map(({ outcome }) => outcome))];
  const counts = kinds.map((kind) => `${outcomes.filter(({ outcome }) => outcome === kind).length} ${kind}`);
  return {
    title: [`Rotation: ${counted(outcomes.length, "stack")}, ${counts.join(", ")}`],
    headings: ["Stack", "Outcome", "Why", "Key id before", "Key id after", "Sign-in"],
    rows: outcomes.map(({ stack, outcome, reason, sentence, before, after, refreshToken }) => [
      phrase`${stack}`,
      [outcome],
      [{ sentence: outcome === "failed" ? reason : sentence }],
      [before ?? "none"],
      [after ?? "not known"],
      [refreshToken === null ? "none" : refreshToken.result],
    ]),
    problems: stackProblems(outcomes),
  };
}
