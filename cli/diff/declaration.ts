import type { CommandDeclaration } from "../shared/command";
import { json } from "../shared/options";

export const diffCommand: CommandDeclaration = {
  name: "diff",
  summary: "show what a change grants, in words, before anybody applies it",
  description:
    "Runs the program of two revisions, each with its own code, under mocks: without credentials, network or a live tenant. " +
    "Compares what they grant, rates each difference, and lists what it cannot judge: changed code, lock files, workflows. " +
    "Needs git; the working tree is not touched.\n\n" +
    "Exit code 1 when something is found, or could not be compared.",
  options: [
    {
      flags: "--base <commit>",
      description: "compare with this one; left out, where this work left the main branch",
    },
    { flags: "--head <folder>", description: "another checkout to judge; this one when left out" },
    { flags: "-s, --stack <name>", description: "one stack; all when left out" },
    { flags: "--fail-on <risk>", description: "exit 1 only from this risk on: low, medium, high or critical" },
    { flags: "--markdown", description: "print the text of a pull request's comment" },
    {
      flags: "--records-to <file>",
      description: "only run this checkout's programs and write what they declare, for `comment --records`",
    },
    json,
  ],
  examples: ["partner-access diff", "partner-access diff --base origin/main --markdown --fail-on high"],
  load: async () => (await import("./run")).runDiff,
};
