import type { ResourceChange } from "../../clients/pulumi/engine-events";
import { counted } from "../../model/command-line";
import { phrase } from "../../permissions/report/phrase";
import type { Problem } from "../shared/document";
import { type Summary, stackProblems } from "../shared/summary";

import type { Next } from "./preflight";

/** What an update did or would do, for a job's summary. */
export function upSummary({
  stack,
  outcome,
  changes,
  problems,
  next = [],
}: {
  readonly stack: string;
  readonly outcome: string;
  readonly changes: readonly Pick<ResourceChange, "operation" | "type" | "name">[];
  readonly problems: readonly Problem[];
  readonly next?: readonly Next[] | undefined;
}): Summary {
  return {
    title: [...phrase`Update of ${stack}`, `: ${outcome}, ${counted(changes.length, "change")}`],
    headings: ["Operation", "Type", "Name"],
    rows: changes.map(({ operation, type, name }) => [[{ sentence: operation }], phrase`${type}`, phrase`${name}`]),
    notes: next.map(({ name, who, todo }) => [{ sentence: `Next: ${name}, by ${who}: ${todo}` }]),
    problems: stackProblems([{ stack, problems }]),
  };
}
