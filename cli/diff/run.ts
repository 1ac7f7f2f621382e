import { resolve } from "node:path";
import { commandLine, counted } from "../../model/command-line";
import { review } from "../review/review";
import { openRevisions } from "../review/revisions";
import { recordTo } from "../review/write-records";
import type { CommandContext, CommandRunner } from "../shared/command";
import { type CommandError, invalidOption } from "../shared/document";
import { createProgress } from "../shared/progress";
import type { DiffCommandOptions } from "./declaration";

/** `partner-access diff`: what a change grants, in words, with what it cannot judge. Touches nothing. */
export const runDiff: CommandRunner<DiffCommandOptions> = async (options, context) => {
  const { failOn } = options;
  if (options.json && options.markdown) throw invalid("--json and --markdown exclude each other");
  const recordsTo = options.recordsTo;
  if (recordsTo !== undefined) return runRecording(recordsTo, options, context);
  const head = options.head;
  const progress = createProgress(context);
  progress.update("reading both revisions");
  const wanted = {
    ...{ base: options.base, isOffline: options.offline },
    head: head && resolve(context.workingDirectory, head),
  };
  const revisions = await openRevisions(wanted, context);
  try {
    const { stdout, hasColour } = context;
    const { stack } = options;
    const { isOk, json, markdown, terminal } = await review(
      revisions,
      { stack, failOn, hasColour, at: new Date() },
      context,
    );
    progress.done();
    stdout.write(options.json ? json : options.markdown ? markdown : terminal);
    return isOk ? 0 : 1;
  } finally {
    progress.done();
    await revisions.remove();
  }
};

/** For a job that may run a change's code and do nothing else: another job compares. */
async function runRecording(path: string, options: DiffCommandOptions, context: CommandContext): Promise<0> {
  const { base, head, stack, failOn, json, markdown } = options;
  const given = { base, head, stack, "fail-on": failOn, json, markdown };
  const others = Object.entries(given).flatMap(([name, value]) => (value ? [name] : []));
  if (others.length > 0) throw invalid(`--records-to compares nothing, so it excludes --${others.join(", --")}`);
  const file = resolve(context.workingDirectory, path);
  const count = await recordTo(file, context);
  context.stdout.write(`${file}\n`);
  context.stderr.write(`recorded ${counted(count, "stack")}\n`);
  return 0;
}

function invalid(message: string): CommandError {
  return invalidOption(message, `See: ${commandLine("diff", "--help")}`);
}
