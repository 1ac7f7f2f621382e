import type { CommandRunner } from "../shared/command";
import type { RotationTurnOptions } from "./declaration";
import { listDifferences, planTurn } from "./rotation-turn";
import { readDocument } from "./stack-entries";

/** `partner-access ci rotation-turn`: the jobs of today's rotation, or what a pipeline's own list lacks. */
export const runRotationTurn: CommandRunner<RotationTurnOptions> = async (options, { stdin, stdout, stderr }) => {
  const document = await readDocument(stdin);
  if (options.azureStacks !== undefined) {
    const differences = listDifferences(document, options.azureStacks.split(" ").filter(Boolean));
    stderr.write(differences.map((line) => `${line}\n`).join(""));
    return differences.length > 0 ? 1 : 0;
  }
  const { stacks, invalid } = planTurn(document, { only: options.only });
  stdout.write(`stacks=${JSON.stringify(stacks)}\ninvalid=${invalid.join(" ")}\n`);
  return 0;
};
