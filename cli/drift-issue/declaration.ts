import { declareCommand, type OptionsOf } from "../shared/command";
import { author, json, requiredText, text } from "../shared/options";

const options = {
  documents: requiredText("--documents <folder>", "files of `drift --json`, at any depth, named STACK.json"),
  stacks: text("--stacks <names>", "every stack that was checked, separated by blanks; default: those found"),
  author,
  json,
};

export type DriftIssueCommandOptions = OptionsOf<typeof options>;

export const driftIssueCommand = declareCommand({
  name: "drift-issue",
  summary: "keep one issue or work item about drift up to date",
  description:
    "Reads the documents of `drift --json` in a folder, one file per stack, and writes one issue (GitHub) or work item (Azure DevOps): " +
    "opened with the first difference, rewritten in place, closed (on GitHub) when nothing differs. " +
    "A stack without a document counts as a failed read.",
  options,
  examples: ['partner-access drift-issue --documents drift --stacks "contoso adatum"'],
  load: async () => (await import("./run")).runDriftIssue,
});
