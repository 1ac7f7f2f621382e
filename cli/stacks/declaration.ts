import { declareCommand, type OptionsOf } from "../shared/command";
import { json } from "../shared/options";

const options = {
  json,
};

export type StacksCommandOptions = OptionsOf<typeof options>;

export const stacksCommand = declareCommand({
  name: "stacks",
  summary: "list the stacks of this project",
  description: "Lists every Pulumi.<stack>.yaml with its tenant, and says what is wrong with each. Touches nothing.",
  options,
  examples: ["partner-access stacks", "partner-access stacks --json"],
  load: async () => (await import("./run")).runStacks,
});
