import { lstatSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolChange } from "../../permissions/report";
import type { CommandContext } from "../shared/command";
import { dependenciesOf } from "./dependencies";
import { comesFromSameOrigins, toolChange, toolFolder } from "./locked-packages";

type Text = string | undefined;
/** Ten times what this package's own will have for long. */
const longestChangelog = 1024 * 1024;

/** How two lock files differ in the tool, with the changelog of the head's version where its packages can be had. */
export async function toolBetween(
  base: Text,
  head: Text,
  headModules: () => Promise<string>,
): Promise<ToolChange | undefined> {
  const change = toolChange(base, head);
  if (change === undefined) return undefined;
  const isRead = change.before !== null && change.after !== null && comesFromSameOrigins(base, head);
  const modules = isRead ? await headModules().catch(() => undefined) : undefined;
  return { ...change, changelog: modules === undefined ? null : changelogIn(modules) };
}

/** The packages of a head that is known by its files' texts only. Nothing of them is run. */
export async function modulesOf(manifest: Text, lock: Text, context: CommandContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "partner-access-head-"));
  try {
    await writeFile(join(directory, "package.json"), manifest ?? "");
    await writeFile(join(directory, "package-lock.json"), lock ?? "");
    const { projectDirectory: settings } = context;
    const sources = { installed: settings, settings, isOffline: false, revision: "the head" };
    return await dependenciesOf(directory, sources, context);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function changelogIn(modules: string): string | null {
  const file = join(modules, "..", toolFolder, "CHANGELOG.md");
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found?.isFile() && found.size <= longestChangelog ? readFileSync(file, "utf8") : null;
}
