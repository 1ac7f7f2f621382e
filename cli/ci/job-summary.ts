import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "../shared/command";

/** The file for the summary of one step of this job: GitHub names one, on Azure DevOps it is one that is uploaded. Undefined outside of both. */
export function summaryFile(env: CommandContext["env"], step: string): string | undefined {
  return env["GITHUB_STEP_SUMMARY"] || uploadedFile(env, step);
}

/** Azure DevOps shows a summary after a line in the log names its file; GitHub reads its own. */
export function publishSummary({ env, stdout }: Pick<CommandContext, "env" | "stdout">, step: string): void {
  const file = uploadedFile(env, step);
  if (file !== undefined && existsSync(file)) stdout.write(`##vso[task.uploadsummary]${file}\n`);
}

function uploadedFile({ TF_BUILD: isAzure, AGENT_TEMPDIRECTORY: folder }: CommandContext["env"], step: string) {
  return isAzure && folder ? join(folder, `${step}.md`) : undefined;
}
