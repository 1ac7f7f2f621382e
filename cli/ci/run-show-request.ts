import { appendFile } from "node:fs/promises";
import { openCheckout } from "../../clients/git";
import { stackFileName } from "../../configuration/project-files";
import type { CommandRunner } from "../shared/command";
import { invalidOption } from "../shared/document";
import { publishSummary, summaryFile } from "./job-summary";

/** `partner-access ci show-request`: the change of a stack's file that ends with the job's checkout. */
export const runShowRequest: CommandRunner<object> = async (_options, { env, projectDirectory, stdout }) => {
  const stack = env["STACK"] ?? "";
  if (stack === "") throw invalidOption("STACK names no stack", "Set the variable STACK.");
  const file = stackFileName(stack);
  const left = await openCheckout(projectDirectory, env).difference(file);
  if (left === "") return 0;
  const told = `Commit this change of ${file}: it is in no branch yet, and a recover elsewhere would not know of the request.`;
  stdout.write(`${told}\n\n${left}\n`);
  const summary = summaryFile(env, "request");
  // Indented, because a reason could end a fence.
  if (summary !== undefined) await appendFile(summary, `${told}\n\n${left.replaceAll(/^/gm, "    ")}\n`);
  publishSummary({ env, stdout }, "request");
  return 0;
};
