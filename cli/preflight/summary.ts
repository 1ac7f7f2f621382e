import { counted } from "../../model/command-line";
import { phrase } from "../../permissions/report/phrase";
import type { Problem } from "../shared/document";
import { type Summary, stackProblems } from "../shared/summary";
import type { Check } from "./check";

interface CheckedStack {
  readonly stack: string;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
}

/** Every check of one stack, for a job's summary. */
export function preflightSummary(results: readonly CheckedStack[]): Summary {
  const failures = results.flatMap(({ checks }) => checks.filter(({ result }) => result === "failed")).length;
  const names = results.flatMap(({ stack }) => phrase` of ${stack}`);
  return {
    title: [
      "Preflight",
      ...names,
      failures === 0 ? ": nothing stands in the way" : `: ${counted(failures, "check")} failed`,
    ],
    headings: ["Check", "Result", "What was seen", "To do"],
    rows: results.flatMap(({ checks }) =>
      checks.map(({ name, result, detail, fix }) => [
        phrase`${name}`,
        [result === "cannot-tell" ? "cannot tell" : result],
        [{ sentence: detail }],
        [{ sentence: fix }],
      ]),
    ),
    problems: stackProblems(results),
  };
}
