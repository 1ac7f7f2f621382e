import { cp, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What no copy of the project needs: the dependencies are linked. */
const neverCopied = ["node_modules", ".git", ".pulumi", "coverage"];
/** What is no part of the program. */
const besideProgram = [".github", ".ci", "docs", "offline", "tests"];

export interface Workspace {
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * A copy of the program in a folder of its own, so that a demo or a test leaves the work tree unchanged: `pulumi stack init` writes an
 * encryption salt into the stack's file. The sources are copied each time, so an edit counts in the next run.
 */
export async function createWorkspace(
  projectDirectory: string,
  { isWhole = false }: { readonly isWhole?: boolean } = {},
): Promise<Workspace> {
  const leftOut = new Set(isWhole ? neverCopied : [...neverCopied, ...besideProgram]);
  const directory = await mkdtemp(join(tmpdir(), "partner-access-demo-"));
  for (const name of await readdir(projectDirectory)) {
    if (!leftOut.has(name)) await cp(join(projectDirectory, name), join(directory, name), { recursive: true });
  }
  await symlink(join(projectDirectory, "node_modules"), join(directory, "node_modules"), "dir");
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
