import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { readProjectName } from "../../configuration/project-files";
import { diffManifests } from "../../permissions/diff";
import { describeChange } from "../../permissions/report";
import { declaredManifest } from "../review/declared";
import type { CommandContext } from "../shared/command";
import type { Stage } from "./stage";
import type { StepResult } from "./steps";
import { createWorkspace } from "./workspace";

/** One changed line of the stack's file, and what a reviewer of the pull request reads of it: the comparison of `partner-access diff`. */
export async function changeStep(stack: string, stage: Stage, { signal }: CommandContext): Promise<StepResult> {
  const changed = await createWorkspace(stage.workspace);
  try {
    const name = `Pulumi.${stack}.yaml`;
    // The stage's own file, with the keys that open its state: only the consent differs.
    await letEveryoneConsent(stage.workspace, changed.directory, name);
    const [before, after] = await Promise.all(
      [stage.workspace, changed.directory].map((projectDirectory) =>
        declaredManifest([stack], { projectDirectory, signal })(stack),
      ),
    );
    if (before === undefined || after === undefined) throw new Error(`${stack} declares nothing`);
    const changes = diffManifests(before, after);
    if (changes.length === 0) throw new Error("a changed consent was not seen");
    return {
      detail: "consent.kind: tenant in place of user. What the pull request would say:",
      lines: changes.map((change) => `${change.risk.level.padEnd(13)} ${describeChange(change)}`),
    };
  } finally {
    await changed.remove();
  }
}

async function letEveryoneConsent(from: string, to: string, file: string): Promise<void> {
  const document = parseDocument(await readFile(join(from, file), "utf8"));
  document.setIn(["config", `${readProjectName(from)}:consent`], { kind: "tenant", reason: "All analysts sign in." });
  await writeFile(join(to, file), document.toString());
}
