import type { CommandDeclaration } from "../shared/command";
import { json } from "../shared/options";

export const stacksCommand: CommandDeclaration = {
  name: "stacks",
  summary: "list the stacks of this project",
  description: "Lists every Pulumi.<stack>.yaml with its tenant, and says what is wrong with each. Touches nothing.",
  options: [json],
  examples: ["partner-access stacks", "partner-access stacks --json"],
  load: async () => (await import("./run")).runStacks,
};
