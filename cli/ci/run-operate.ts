import type { CommandRunner } from "../shared/command";
import { publishSummary, summaryFile } from "./job-summary";
import { operationIn, withSummary } from "./operate";

/** `partner-access ci operate`: the one command that a person chose, on one stack, with a summary of the job. */
export const runOperate: CommandRunner<object> = async (_options, context) => {
  const { env, runCommand } = context;
  const code = await runCommand(withSummary(operationIn(env), summaryFile(env, "operate")));
  publishSummary(context, "operate");
  return code;
};
