import type { CommandContext } from "./command";
import { CommandError, invalidOption, type Problem, writeDocument } from "./document";
import { everyStack, namedStack } from "./every-stack";
import { interrupted, unlessInterrupted } from "./interruption";
import { inParallel } from "./parallel";
import { createProgress } from "./progress";
import { refuseTwoDocuments, type Summary, writeSummary } from "./summary";
import { isOnlySummary, type SummaryTarget } from "./summary-target";

/** What became of one stack. */
export interface StackResult {
  readonly stack: string;
  readonly problems: readonly Problem[];
}

/** How a command reports its results. */
export interface StackReport<Result extends StackResult> {
  /** The name of the command; its document has the schema `partner-access/NAME/1`. */
  readonly name: string;
  isOk(result: Result): boolean;
  /** Prints one result for a person. */
  print(result: Result, context: CommandContext): void;
  /** What the document says about a result. Default: all of it. */
  documented?(result: Result): { readonly stack: string };
  /** What `--markdown` writes; a command without it has no such option. */
  summary?(results: readonly Result[]): Summary;
}

/** What a command does with each stack. */
export interface StackCommand<Result extends StackResult> extends StackReport<Result> {
  readonly stacks: readonly string[];
  /** How many stacks run at the same time. Default: one. */
  readonly atOnce?: number;
  /** An interruption ends the work at once. Without this, work that has begun goes on to its end. */
  readonly isReadOnly?: boolean;
  run(stack: string, onProgress: (text: string) => void): Promise<Result>;
  /** The result of a stack whose run failed, or that an interruption left out. Without this, the error ends the command. */
  failed?(stack: string, error: unknown): Result;
}

export interface StackResults<Result> {
  readonly ok: boolean;
  readonly results: readonly Result[];
}

/** In which forms a command's results are wanted. */
export interface OutputOptions {
  readonly json: boolean;
  readonly markdown?: SummaryTarget;
}

/** The stacks that `-s STACK` or `--all` select. A command line with neither or both is refused. */
export function selectStacks(
  command: string,
  { stack, all }: { readonly stack: string | undefined; readonly all: boolean },
  context: CommandContext,
): readonly string[] {
  if ((stack === undefined) === !all) {
    throw invalidOption(`${command} needs either -s STACK or --all`, "Name one stack, or take all of this project.");
  }
  return stack === undefined ? everyStack(context) : namedStack(stack, context);
}

/** Runs a command for its stacks, in parallel, and writes the document or the lines for a person. */
export async function forEachStack<Result extends StackResult>(
  command: StackCommand<Result>,
  options: OutputOptions,
  context: CommandContext,
): Promise<StackResults<Result>> {
  refuseTwoDocuments(options);
  const results = await runAll(command, context);
  return { ok: reportStacks(command, results, options, context), results };
}

/** Writes the document, or the lines for a person; answers whether all is well. */
export function reportStacks<Result extends StackResult>(
  report: StackReport<Result>,
  results: readonly Result[],
  { json, markdown }: OutputOptions,
  context: CommandContext,
): boolean {
  const ok = results.every((result) => report.isOk(result));
  if (report.summary !== undefined) writeSummary(report.summary(results), markdown, context);
  if (json) {
    const stacks = results.map((result) => report.documented?.(result) ?? result);
    const problems = results.flatMap((result) => result.problems);
    writeDocument(context, { schema: `partner-access/${report.name}/1`, ok, stacks, problems });
  } else if (!isOnlySummary(markdown)) {
    for (const result of results) report.print(result, context);
  }
  return ok;
}

async function runAll<Result extends StackResult>(
  command: StackCommand<Result>,
  context: CommandContext,
): Promise<readonly Result[]> {
  const { signal } = context;
  const progress = createProgress(context);
  const failed = (stack: string, error: unknown): Result => {
    if (command.failed === undefined) throw error;
    return command.failed(stack, error);
  };
  const runOne = async (stack: string) => {
    const run = () => command.run(stack, progress.update);
    try {
      return await (command.isReadOnly ? unlessInterrupted(signal, stack, run) : run());
    } catch (error) {
      return failed(stack, error);
    }
  };
  const skipped = (stack: string) => failed(stack, new CommandError([interrupted(stack)]));
  try {
    return await inParallel(command.stacks, command.atOnce ?? 1, runOne, { signal, skipped });
  } finally {
    progress.done();
  }
}
