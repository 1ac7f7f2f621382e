import { ServiceError } from "../../clients/http/errors";
import { ConfigurationError, describeProblem } from "../../configuration/problem";
import type { CommandContext } from "./command";
import { isOnlySummary, type SummaryTarget } from "./summary-target";

/** Something a person has to know or mend. */
export interface Problem {
  /** Stable, for machines. */
  readonly code: string;
  readonly message: string;
  /** The likely next step. */
  readonly fix: string;
}

/** The one shape of every `--json` answer; each command adds its own fields to the stacks. */
export interface Document<Stack extends { readonly stack: string } = { readonly stack: string }> {
  readonly schema: `partner-access/${string}/1`;
  readonly ok: boolean;
  readonly stacks: readonly Stack[];
  readonly problems: readonly Problem[];
}

/** A failure that already knows its code and its fix. Anything else reaches `main` as "unexpected". */
export class CommandError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "CommandError";
  }
}

/** An option that cannot be: refused before anything is asked or changed. */
export function invalidOption(message: string, fix: string): CommandError {
  return new CommandError([{ code: "invalid-option", message, fix }]);
}

/** Writes one JSON document on one line to standard output. */
export function writeDocument<Stack extends { readonly stack: string }>(
  context: CommandContext,
  document: Document<Stack>,
): void {
  context.stdout.write(`${JSON.stringify(document)}\n`);
}

/** Where the lines for a person go: standard output, unless a document takes their place there. A log is read for them all the same. */
export function resultStream(
  { json, markdown }: { readonly json: boolean; readonly markdown?: SummaryTarget },
  { stdout, stderr }: CommandContext,
): CommandContext["stdout"] {
  return json || isOnlySummary(markdown) ? stderr : stdout;
}

/** An error as problems. Only messages are taken: error objects of clients may hold headers, bodies or tokens. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof CommandError) return error.problems;
  if (error instanceof ConfigurationError) {
    return error.problems.map((problem) => ({
      code: "invalid-configuration",
      message: describeProblem(problem),
      fix: problem.fix,
    }));
  }
  if (error instanceof ServiceError) {
    const { code, status, summary, help = "" } = error;
    return [
      {
        code: code?.toLowerCase() ?? (status === undefined ? "no-answer" : `status-${status}`),
        message: summary,
        fix: help,
      },
    ];
  }
  const { code, fix } = error as { code?: unknown; fix?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return [
    {
      code: typeof code === "string" ? code.toLowerCase() : "unexpected",
      message,
      fix: typeof fix === "string" ? fix : "",
    },
  ];
}
