import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostOutput = 256 * 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** The few questions and acts of git that a review needs, in one checkout. Hooks of the checkout never run. */
export interface GitCheckout {
  /** The commit a name stands for; undefined when it stands for none. */
  commitOf(name: string): Promise<string | undefined>;
  /** Where two histories parted; undefined when they share nothing. */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** The checkout's own place in its repository, empty at the top, else with a slash at its end. */
  prefix(): Promise<string>;
  /** Files that are tracked, or new and not ignored, relative to this checkout. */
  files(): Promise<readonly string[]>;
  /** Files of a commit in this place, relative to it, with git's mode, kind and hash of each. Reads no file. */
  tree(commit: string): Promise<ReadonlyMap<string, string>>;
  /** The text of one file, by its entry in a tree. A symbolic link is its target's name, and is not followed. */
  blob(entry: string): Promise<string>;
  addWorktree(directory: string, commit: string): Promise<void>;
  removeWorktree(directory: string): Promise<void>;
}

export function openCheckout(directory: string, env: Environment): GitCheckout {
  // Set inside a git hook, they would point every command at another repository.
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
  const git = async (...args: readonly string[]) => {
    const always = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
    const { stdout } = await run("git", [...always, ...args], { cwd: directory, env: own, maxBuffer: mostOutput });
    return stdout;
  };
  const maybe = async (...args: readonly string[]) => {
    try {
      return (await git(...args)).trim() || undefined;
    } catch (error) {
      // git answers 1 for "no" and 128 for a name it does not know; anything else (no git at all) is a failure.
      if (typeof (error as { code?: unknown }).code === "number") return undefined;
      throw error;
    }
  };
  return {
    commitOf: (name) => maybe("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`),
    mergeBase: (one, other) => maybe("merge-base", one, other),
    prefix: async () => (await git("rev-parse", "--show-prefix")).trim(),
    files: async () => {
      const listed = await git("ls-files", "-z", "--cached", "--others", "--exclude-standard");
      return [...new Set(listed.split("\0").filter((path) => path !== ""))].sort();
    },
    tree: async (commit) => {
      const listed = await git("ls-tree", "-r", "-z", "--end-of-options", commit);
      const entries = listed.split("\0").filter((line) => line !== "");
      return new Map(entries.map((line) => [line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf("\t"))]));
    },
    blob: (entry) => git("cat-file", "blob", entry.split(" ")[2] ?? ""),
    addWorktree: async (target, commit) => void (await git("worktree", "add", "--detach", "--quiet", target, commit)),
    removeWorktree: async (target) => void (await git("worktree", "remove", "--force", target)),
  };
}
