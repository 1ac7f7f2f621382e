import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stacks } from "../../../clients/pulumi/stacks";
import { importFile, type Missing, withUntoldInputs } from "./rebuild";

/** Properties of entries by their names in the vault: Azure tells no value. */
export type DeclaredEntries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Takes resources that live into a stack's state, and adds what an import does not tell. Writes to the state store only; may be repeated. */
export async function importLiving(
  stack: string,
  found: readonly (Missing & { readonly id: string })[],
  declared: DeclaredEntries,
  stacks: Pick<Stacks, "state" | "putState" | "run">,
): Promise<void> {
  const exportNow = async () => (await stacks.state(stack))?.exported ?? "{}";
  if (found.length > 0) await importResources(stack, importFile(await exportNow(), found), stacks);
  const imported = await exportNow();
  const complete = withUntoldInputs(imported, declared);
  if (complete !== JSON.stringify(JSON.parse(imported))) await stacks.putState(stack, complete);
}

async function importResources(stack: string, file: string, stacks: Pick<Stacks, "run">): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "partner-access-import-"));
  try {
    const path = join(folder, "resources.json");
    await writeFile(path, file);
    // No preview, no generated code, no protection: the program declares them, and it decides how they end.
    const flags = ["--yes", "--skip-preview", "--generate-code=false", "--protect=false"];
    await stacks.run(["import", "--stack", stack, "--file", path, ...flags]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
