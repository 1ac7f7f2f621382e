import { commandLine } from "../../model/command-line";
import type { AccessManifest } from "../../permissions/manifest";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { readRecords } from "./read-records";
import { reviewedManifest } from "./reviewed-manifest";
import { stackSettings } from "./stack-settings";

/** What the checkout's program declares for each stack, under mocks. One stack that cannot be told keeps no other from it. */
export function declaredManifest(
  stacks: readonly string[],
  { projectDirectory, signal }: Pick<CommandContext, "projectDirectory" | "signal">,
): (stack: string) => Promise<AccessManifest> {
  const recording = readRecords(stacks, { directory: projectDirectory, signal }).then(
    (records) => new Map(records.map((it) => [it.stack, it])),
  );
  // The error for each stack.
  recording.catch(() => undefined);
  return async (stack) => {
    const recorded = (await recording).get(stack);
    if (recorded !== undefined && !("problem" in recorded)) {
      return reviewedManifest(recorded, stackSettings(projectDirectory, stack));
    }
    throw notDeclared(stack, recorded?.problem ?? "its program was not run");
  };
}

function notDeclared(stack: string, problem: string): CommandError {
  return new CommandError([
    {
      code: "not-declared",
      message: `it is not known what ${stack} declares: ${problem}`,
      fix: `To check its file: \`${commandLine("stacks")}\`. To see it reviewed: ${commandLine("diff", "-s", stack)}`,
    },
  ]);
}
