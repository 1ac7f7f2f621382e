import { commandLine } from "../../model/command-line";
import { type Risk, riskLevels } from "../../permissions/risk-levels";
import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { flag, json, parsed, text } from "../shared/options";

const options = {
  base: text("--base <commit>", "compare with this commit; default: where this work left the main branch"),
  head: text("--head <folder>", "another checkout to judge; default: this one"),
  stack: text("-s, --stack <name>", "one stack; default: all"),
  failOn: parsed(
    text("--fail-on <risk>", "exit 1 only at this risk or above: low, medium, high or critical"),
    readRisk,
  ),
  markdown: flag("--markdown", "print the text of a pull request's comment"),
  recordsTo: text(
    "--records-to <file>",
    "only run this checkout's programs and write what they declare, for `comment --records`",
  ),
  offline: flag("--offline", "download nothing; exit 2 where a side's dependencies are not on this machine"),
  json,
};

export type DiffCommandOptions = OptionsOf<typeof options>;

export const diffCommand = declareCommand({
  name: "diff",
  summary: "show what a change grants, in words, before anyone applies it",
  description:
    "Runs the program of two revisions, each with its own code, under mocks: without credentials, network or a live tenant. " +
    "Compares what they grant, rates each difference, and lists what it cannot judge: changed code, lock files, workflows. " +
    "Needs git; the working tree is not touched. In a project of your own each side runs with the packages that its lock file names; " +
    "those that are not installed are downloaded once, and no script of theirs runs.\n\n" +
    "Exit code 1 when something was found or could not be compared.",
  options,
  examples: ["partner-access diff", "partner-access diff --base origin/main --markdown --fail-on high"],
  load: async () => (await import("./run")).runDiff,
});

function readRisk(text: string | undefined): Risk | undefined {
  if (text === undefined) return undefined;
  const level = riskLevels.find((risk) => risk === text);
  if (level !== undefined) return level;
  throw invalidOption(
    `--fail-on must be one of ${riskLevels.join(", ")}, got ${text}`,
    `See: ${commandLine("diff", "--help")}`,
  );
}
