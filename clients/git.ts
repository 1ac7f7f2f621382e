import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostOutput = 256 * 1024 * 1024;

/** Whatever the checkout's own settings say: no hooks, no helpers, and a worktree that is whole. */
const always = ["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.sparseCheckout=false"].flatMap((setting) => [
  "-c",
  setting,
]);

type Environment = Readonly<Record<string, string | undefined>>;

/** A commit, or git's own reason why there is none. */
type FoundCommit = { readonly commit: string } | { readonly reason: string };

/** The few questions and acts of git that a review needs, in one checkout. Hooks of the checkout never run. */
export interface GitCheckout {
  /** The commit a name stands for. A name that several refs have stands for none: git would take a tag `origin/main` for the branch. */
  commitOf(name: string): Promise<FoundCommit>;
  /** The best common ancestors of two commits: several where their histories cross, none where they share nothing. */
  mergeBases(one: string, other: string): Promise<readonly string[]>;
  /** The commits after `from` up to `to`, oldest first, following the first parent of each merge. */
  firstParents(from: string, to: string): Promise<readonly string[]>;
  /** Whether history was cut off when this checkout was cloned or fetched. */
  isShallow(): Promise<boolean>;
  /** Names of remotes. */
  remotes(): Promise<readonly string[]>;
  /** Full names of the refs that a pattern such as `refs/heads` covers. */
  refs(pattern: string): Promise<readonly string[]>;
  /** Where a symbolic ref such as `refs/remotes/origin/HEAD` points, in full; undefined when there is none. */
  symbolicRef(name: string): Promise<string | undefined>;
  /** The checkout's own place in its repository, empty at the top, else with a slash at its end. */
  prefix(): Promise<string>;
  /** Files that are tracked, or new and not ignored, relative to this checkout. */
  files(): Promise<readonly string[]>;
  /** Git's mode and hash of each file in its index, relative to this checkout. */
  staged(): Promise<ReadonlyMap<string, string>>;
  /** What a file has that git's index does not, as a patch; empty when nothing. */
  difference(path: string): Promise<string>;
  /** Tracked files that a sparse checkout has left out of this folder. */
  leftOut(): Promise<readonly string[]>;
  /** Files of a commit in this place, relative to it, with git's mode, kind and hash of each. Reads no file. */
  tree(commit: string): Promise<ReadonlyMap<string, string>>;
  /** The text of one file, by its entry in a tree. A symbolic link is its target's name, and is not followed. */
  blob(entry: string): Promise<string>;
  /** The texts of many, in their order, by one process. */
  blobs(entries: readonly string[]): Promise<readonly string[]>;
  addWorktree(directory: string, commit: string): Promise<void>;
  removeWorktree(directory: string): Promise<void>;
}

export function openCheckout(directory: string, env: Environment): GitCheckout {
  // Set inside a git hook, they would point every command at another repository.
  const given = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
  // Replacements and grafts of a checkout show other commits and files than the ones that hashes name.
  const own = { ...given, GIT_NO_REPLACE_OBJECTS: "1", GIT_GRAFT_FILE: "/dev/null" };
  const git = async (...args: readonly string[]) => {
    const { stdout } = await run("git", [...always, ...args], { cwd: directory, env: own, maxBuffer: mostOutput });
    return stdout;
  };
  const lines = async (...args: readonly string[]) => (await git(...args)).split("\n").filter((line) => line !== "");
  const refs = (...patterns: readonly string[]) => lines("for-each-ref", "--format=%(refname)", ...patterns);
  return {
    commitOf: async (name) => {
      const places = placesOf(name);
      const found = places.length === 0 ? [] : (await refs(...places)).filter((ref) => places.includes(ref));
      if (found.length > 1) return { reason: `the name is ambiguous, because it stands for ${found.join(" and ")}` };
      try {
        return { commit: (await git("rev-parse", "--verify", "--end-of-options", `${name}^{commit}`)).trim() };
      } catch (error) {
        return { reason: refusalOf(error).reason };
      }
    },
    mergeBases: async (one, other) => {
      try {
        return await lines("merge-base", "--all", one, other);
      } catch (error) {
        // git answers 1, without a word, for "nothing in common".
        if (refusalOf(error).code === 1) return [];
        throw error;
      }
    },
    firstParents: (from, to) => lines("rev-list", "--first-parent", "--reverse", "--end-of-options", `${from}..${to}`),
    isShallow: async () => (await git("rev-parse", "--is-shallow-repository")).trim() === "true",
    remotes: () => lines("remote"),
    refs,
    symbolicRef: async (name) => {
      try {
        return (await git("symbolic-ref", "--quiet", name)).trim();
      } catch (error) {
        if (refusalOf(error).code === 1) return undefined;
        throw error;
      }
    },
    prefix: async () => (await git("rev-parse", "--show-prefix")).trim(),
    files: async () => {
      const listed = await git("ls-files", "-z", "--cached", "--others", "--exclude-standard");
      return [...new Set(listed.split("\0").filter((path) => path !== ""))].sort();
    },
    staged: async () => entriesIn(await git("ls-files", "-z", "--stage")),
    difference: async (path) => (await git("diff", "--no-ext-diff", "--no-color", "--", path)).trimEnd(),
    leftOut: async () => {
      const listed = await git("ls-files", "-z", "-t");
      return listed.split("\0").flatMap((line) => /^S (.*)$/s.exec(line)?.[1] ?? []);
    },
    tree: async (commit) => entriesIn(await git("ls-tree", "-r", "-z", "--end-of-options", commit)),
    blob: (entry) => git("cat-file", "blob", hashIn(entry)),
    blobs: (entries) => readBlobs(entries, { cwd: directory, env: own }),
    addWorktree: async (target, commit) => void (await git("worktree", "add", "--detach", "--quiet", target, commit)),
    removeWorktree: async (target) => void (await git("worktree", "remove", "--force", target)),
  };
}

/** The texts of many blobs by one process of git, in their order. */
async function readBlobs(
  entries: readonly string[],
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<readonly string[]> {
  if (entries.length === 0) return [];
  const answer = run("git", ["cat-file", "--batch"], { ...place, maxBuffer: mostOutput, encoding: "buffer" });
  answer.child.stdin?.end(entries.map((entry) => `${hashIn(entry)}\n`).join(""));
  return textsIn((await answer).stdout, entries.length);
}

/** Where git looks for a ref with this name, besides its own folder; nowhere for a full name. */
function placesOf(name: string): readonly string[] {
  if (name.startsWith("refs/")) return [];
  return ["refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map((place) => `${place}${name}`);
}

/** What git says when it ends with a code of its own. Anything else, such as no git at all, is a failure and thrown on. */
function refusalOf(error: unknown): { readonly code: number; readonly reason: string } {
  const { code, stderr } = error as { code?: unknown; stderr?: unknown };
  if (typeof code !== "number") throw error;
  return { code, reason: String(stderr ?? "").trim() || `git ended with exit code ${code}` };
}

/** Lists of `MODE … HASH`, a tab and a path, by the path. */
function entriesIn(listed: string): ReadonlyMap<string, string> {
  const entries = listed.split("\0").filter((line) => line !== "");
  return new Map(entries.map((line) => [line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf("\t"))]));
}

/** The third word of `MODE KIND HASH`. */
function hashIn(entry: string): string {
  return entry.split(" ")[2] ?? "";
}

/** What `cat-file --batch` writes: `HASH blob SIZE`, a line's end, the text, a line's end; for a missing one, `HASH missing`. */
function textsIn(answer: Buffer, count: number): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; texts.length < count; ) {
    const lineEnd = answer.indexOf("\n", at);
    const head = answer.subarray(at, lineEnd < 0 ? undefined : lineEnd).toString("utf8");
    const size = Number(/^\S+ blob (\d+)$/.exec(head)?.[1] ?? Number.NaN);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error(`git cat-file --batch answers ${JSON.stringify(head)}`);
    const start = lineEnd + 1;
    texts.push(answer.subarray(start, start + size).toString("utf8"));
    at = start + size + 1;
  }
  return texts;
}
