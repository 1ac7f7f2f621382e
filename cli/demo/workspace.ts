import { cp, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";

/** What no copy of the project needs: the dependencies are linked. */
const neverCopied = ["node_modules", ".git", ".pulumi", "coverage", "dist"];
/** What is no part of the program. The commands list the routes of `offline/` in their help. */
const besideProgram = [".github", ".ci", "docs", "tests"];

export interface Workspace {
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * A copy of the program in a folder of its own, so that a demo or a test leaves the work tree unchanged: `pulumi stack init` writes an
 * encryption salt into the stack's file. The sources are copied each time, so an edit counts in the next run. A stack file that is no file is left.
 */
export async function createWorkspace(
  projectDirectory: string,
  { isWhole = false }: { readonly isWhole?: boolean } = {},
): Promise<Workspace> {
  const leftOut = new Set(isWhole ? neverCopied : [...neverCopied, ...besideProgram]);
  const directory = await mkdtemp(join(tmpdir(), "partner-access-demo-"));
  for (const name of await readdir(projectDirectory)) {
    if (leftOut.has(name)) continue;
    const [from, to] = [join(projectDirectory, name), join(directory, name)];
    const isStackFile = /^Pulumi\..+\.yaml$/.test(name);
    if (!isStackFile) await cp(from, to, { recursive: true });
    else if ((await lstat(from)).isFile()) await writeFile(to, withoutKeys(await readFile(from, "utf8")));
  }
  await symlink(join(projectDirectory, "node_modules"), join(directory, "node_modules"), "dir");
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** What opens the state that this checkout's stack has elsewhere. The copy's state is new, and has a passphrase of its own. */
const stateKeys = ["encryptionsalt", "encryptedkey", "secretsprovider"];

function withoutKeys(text: string): string {
  const document = parseDocument(text);
  // An unreadable file is kept: it is another stack's problem.
  if (document.errors.length > 0 || !stateKeys.some((key) => document.has(key))) return text;
  for (const key of stateKeys) document.delete(key);
  return document.toString({ lineWidth: 0 });
}
