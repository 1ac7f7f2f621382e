import { counted } from "../../model/command-line";
import { phrase } from "../../permissions/report/phrase";
import { type Summary, stackProblems } from "../shared/summary";
import type { StackDrift } from "./drift-stack";

/** What differs in each tenant, for a job's summary. A look-up that failed is no "as declared". */
export function driftSummary(stacks: readonly StackDrift[]): Summary {
  const drifted = stacks.filter(({ outcome }) => outcome === "drifted").length;
  const unknown = stacks.filter(({ outcome }) => outcome === "cannot-tell").length;
  const words = [
    ...(drifted > 0 ? [`${drifted} not as declared`] : []),
    ...(unknown > 0 ? [`${unknown} could not be read`] : []),
  ];
  return {
    title: [`Drift: ${counted(stacks.length, "stack")}, ${words.length === 0 ? "all as declared" : words.join(", ")}`],
    headings: ["Stack", "Difference", "Risk"],
    rows: stacks.flatMap(({ stack, outcome, findings }) =>
      findings.length === 0
        ? [[phrase`${stack}`, [outcome === "as-declared" ? "none" : "could not be read"], ["-"]]]
        : findings.map(({ message, risk }) => [phrase`${stack}`, [{ sentence: message }], [risk]]),
    ),
    problems: stackProblems(stacks),
  };
}
