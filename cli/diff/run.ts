import { resolve } from "node:path";
import { commandLine, counted } from "../../model/command-line";
import { type Risk, riskLevels } from "../../permissions/risk";
import { review } from "../review/review";
import { openRevisions } from "../review/revisions";
import { recordTo } from "../review/write-records";
import type { CommandContext, CommandOptions, CommandRunner } from "../shared/command";
import { type CommandError, invalidOption } from "../shared/document";
import { createProgress } from "../shared/progress";

/** `partner-access diff`: what a change grants, in words, with what it cannot judge. Touches nothing. */
export const runDiff: CommandRunner = async (options, context) => {
  const failOn = readFailOn(options);
  if (options["json"] === true && options["markdown"] === true)
    throw invalid("--json and --markdown exclude each other");
  const recordsTo = textOf(options["recordsTo"]);
  if (recordsTo !== undefined) return runRecording(recordsTo, options, context);
  const head = textOf(options["head"]);
  const progress = createProgress(context);
  progress.news("reading both revisions");
  const wanted = { base: textOf(options["base"]), head: head && resolve(context.workingDirectory, head) };
  const revisions = await openRevisions(wanted, context);
  try {
    const { stdout, hasColour } = context;
    const stack = textOf(options["stack"]);
    const { isOk, json, markdown, terminal } = await review(
      revisions,
      { stack, failOn, hasColour, at: new Date() },
      context,
    );
    progress.done();
    stdout.write(options["json"] === true ? json : options["markdown"] === true ? markdown : terminal);
    return isOk ? 0 : 1;
  } finally {
    progress.done();
    await revisions.remove();
  }
};

/** For a job that may run a change's code and do nothing else: another job compares. */
async function runRecording(path: string, options: CommandOptions, context: CommandContext): Promise<0> {
  const others = ["base", "head", "stack", "failOn", "json", "markdown"].filter((name) => options[name] !== undefined);
  if (others.length > 0) throw invalid(`--records-to compares nothing, so it excludes --${others.join(", --")}`);
  const file = resolve(context.workingDirectory, path);
  const count = await recordTo(file, context);
  context.stdout.write(`${file}\n`);
  context.stderr.write(`recorded ${counted(count, "stack")}\n`);
  return 0;
}

function readFailOn({ failOn }: CommandOptions): Risk | undefined {
  if (failOn === undefined) return undefined;
  const level = riskLevels.find((risk) => risk === failOn);
  if (level === undefined) throw invalid(`--fail-on must be one of ${riskLevels.join(", ")}, got ${String(failOn)}`);
  return level;
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function invalid(message: string): CommandError {
  return invalidOption(message, `What it takes: ${commandLine("diff", "--help")}`);
}
