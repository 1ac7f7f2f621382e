import { existsSync } from "node:fs";
import { cp, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { CommandContext } from "../shared/command";
import { packageDirectory } from "../shared/own-package";
import { type DependencySources, dependenciesOf, installsPackage } from "./dependencies";
import { codeIn, recorderFolder, transpiler } from "./revision-code";

/** Gives the folders of a review's revisions what they run with; `head` is where the change is checked out. */
export function equipper(
  head: string,
  { isOffline = false }: { readonly isOffline?: boolean },
  context: CommandContext,
): (directory: string, revision: string) => Promise<void> {
  const { projectDirectory: settings } = context;
  const installed = existsSync(join(head, "node_modules")) ? [head, settings] : [settings];
  return (directory, revision) => equip(directory, { installed, settings, isOffline, revision }, context);
}

/**
 * Gives a revision what it runs with. A project gets what its own lock file names, so that each side is recorded by the version it pins. A
 * revision of the repository itself runs with the dependencies that are installed, and gets what it lacks from before reviews.
 */
async function equip(directory: string, sources: DependencySources, context: CommandContext): Promise<void> {
  const isProject = await installsPackage(directory);
  if (!isProject) {
    const missing = [
      ...(existsSync(join(directory, transpiler)) ? [] : [transpiler]),
      ...(codeIn(directory) === undefined ? [recorderFolder] : []),
    ].filter((path) => existsSync(join(packageDirectory, path)));
    for (const path of missing) await cp(join(packageDirectory, path), join(directory, path), { recursive: true });
  }
  const dependencies = isProject
    ? await dependenciesOf(directory, sources, context)
    : join(sources.installed[0] ?? packageDirectory, "node_modules");
  // A revision that carries dependencies of its own gets these too.
  await rm(join(directory, "node_modules"), { recursive: true, force: true });
  await symlink(dependencies, join(directory, "node_modules"), "dir");
}
