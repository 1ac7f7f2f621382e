import { existsSync } from "node:fs";
import { cp, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { CommandContext } from "../shared/command";
import { packageDirectory } from "../shared/own-package";
import { type DependencySources, dependenciesOf, installsPackage, UnsafeLockFile } from "./dependencies";
import { codeIn, recorderFolder, transpiler } from "./revision-code";

/** Why a revision's programs cannot be run; nothing where they can. */
export interface Equipped {
  readonly problem?: string;
}

/** Gives the folders of a review's revisions what they run with; `head` is where the change is checked out. */
export function equipper(
  head: string,
  { isOffline = false }: { readonly isOffline?: boolean },
  context: CommandContext,
): (directory: string, revision: string) => Promise<Equipped> {
  const { projectDirectory: settings } = context;
  const usual = join(existsSync(join(head, "node_modules")) ? head : settings, "node_modules");
  // Only what stands where the command runs: another checkout could bring a folder that is not what its lock file names.
  const sources = { installed: settings, settings, isOffline };
  return (directory, revision) => equip(directory, { ...sources, revision }, usual, context);
}

/**
 * Gives a revision what it runs with. A project gets what its own lock file names, so that each side is recorded by the version it pins. A
 * revision of the repository itself runs with the dependencies that are installed, and gets what it lacks from before reviews.
 */
async function equip(
  directory: string,
  sources: DependencySources,
  usual: string,
  context: CommandContext,
): Promise<Equipped> {
  const isProject = await installsPackage(directory);
  if (!isProject) {
    const missing = [
      ...(existsSync(join(directory, transpiler)) ? [] : [transpiler]),
      ...(codeIn(directory) === undefined ? [recorderFolder] : []),
    ].filter((path) => existsSync(join(packageDirectory, path)));
    for (const path of missing) await cp(join(packageDirectory, path), join(directory, path), { recursive: true });
  }
  // A revision that carries dependencies of its own gets these too.
  await rm(join(directory, "node_modules"), { recursive: true, force: true });
  try {
    const dependencies = isProject ? await dependenciesOf(directory, sources, context) : usual;
    await symlink(dependencies, join(directory, "node_modules"), "dir");
    return {};
  } catch (error) {
    if (error instanceof UnsafeLockFile) return { problem: error.message };
    throw error;
  }
}
