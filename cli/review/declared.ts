import type { AccessManifest } from "../../permissions/manifest";
import type { Surroundings } from "../command";
import { CommandError } from "../document";
import { readRecords } from "./read-records";
import { reviewedManifest } from "./reviewed-manifest";

/** What the checkout's program declares for each stack, under mocks. Throws when one cannot be told. */
export async function declaredManifests(
  stacks: readonly string[],
  { projectDirectory, signal }: Pick<Surroundings, "projectDirectory" | "signal">,
): Promise<ReadonlyMap<string, AccessManifest>> {
  const recorded = await readRecords(stacks, { directory: projectDirectory, projectDirectory, signal });
  const problems = recorded.flatMap((it) => ("problem" in it ? [notDeclared(it)] : []));
  if (problems.length > 0) throw new CommandError(problems);
  return new Map(recorded.flatMap((it) => ("problem" in it ? [] : [[it.stack, reviewedManifest(it)] as const])));
}

function notDeclared({ stack, problem }: { readonly stack: string; readonly problem: string }) {
  return {
    code: "not-declared",
    message: `what ${stack} declares cannot be told: ${problem}`,
    fix: `Run "partner-access stacks" to check its file, and "partner-access diff -s ${stack}" to see it reviewed.`,
  };
}
