import type { CommandRunner } from "../shared/command";
import { azureLines, planApply } from "./apply-list";
import type { ApplyListOptions } from "./declaration";
import { readDocument } from "./stack-entries";

/** `partner-access ci apply-list`: the jobs of a pipeline, from what was approved. */
export const runApplyList: CommandRunner<ApplyListOptions> = async ({ part, azureStacks }, { stdin, stdout }) => {
  const document = await readDocument(stdin);
  if (azureStacks !== undefined) {
    const plan = planApply(document, { most: Number.MAX_SAFE_INTEGER });
    const lines = azureLines(plan, azureStacks.split(" ").filter(Boolean));
    stdout.write(lines.map((line) => `${line}\n`).join(""));
    return 0;
  }
  const { stacks, left } = planApply(document, { part });
  stdout.write(`stacks=${JSON.stringify(stacks)}\nleft=${left.join(" ")}\n`);
  return 0;
};
