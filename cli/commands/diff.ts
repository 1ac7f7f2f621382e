import { resolve } from "node:path";
import { type Risk, riskLevels } from "../../permissions/risk";
import type { CommandOptions, CommandRunner } from "../command";
import { CommandError } from "../document";
import { createProgress } from "../progress";
import { review } from "../review/review";
import { openRevisions } from "../review/revisions";

/** `partner-access diff`: what a change grants, in words, with what it cannot judge. Touches nothing. */
export const runDiff: CommandRunner = async (options, surroundings) => {
  const failOn = readFailOn(options);
  if (options["json"] === true && options["markdown"] === true)
    throw invalid("--json and --markdown exclude each other");
  const head = textOf(options["head"]);
  const progress = createProgress(surroundings);
  progress.news("reading both revisions");
  const wanted = { base: textOf(options["base"]), head: head && resolve(surroundings.workingDirectory, head) };
  const revisions = await openRevisions(wanted, surroundings);
  try {
    const { stdout, hasColour } = surroundings;
    const stack = textOf(options["stack"]);
    const { isOk, json, markdown, terminal } = await review(
      revisions,
      { stack, failOn, hasColour, at: new Date() },
      surroundings,
    );
    progress.done();
    stdout.write(options["json"] === true ? json : options["markdown"] === true ? markdown : terminal);
    return isOk ? 0 : 1;
  } finally {
    progress.done();
    await revisions.remove();
  }
};

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
  return new CommandError([{ code: "invalid-option", message, fix: "See `partner-access diff --help`." }]);
}
