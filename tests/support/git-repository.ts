import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real git repository in a temporary folder; nothing of the machine's own git configuration reaches it. */
export interface GitRepository {
  readonly directory: string;
  git(...args: readonly string[]): string;
  /** Writes files and commits them; answers the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): string;
  /** The commit a name stands for. */
  hash(name?: string): string;
  isAncestor(commit: string, of: string): boolean;
}

/** Removes every repository made since. */
export function gitRepositories() {
  const parent = mkdtempSync(join(tmpdir(), "partner-access-git-test-"));
  const open = (directory: string): GitRepository => {
    const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const who = ["-c", "user.name=A Test", "-c", "user.email=test@example.org"];
    const git = (...args: readonly string[]) =>
      execFileSync("git", [...who, ...args], {
        cwd: directory,
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    const hash = (name = "HEAD") => git("rev-parse", name).trim();
    return {
      directory,
      git,
      hash,
      commit(files, message = "a commit") {
        for (const [path, content] of Object.entries(files)) {
          mkdirSync(dirname(join(directory, path)), { recursive: true });
          writeFileSync(join(directory, path), content);
        }
        git("add", "--all");
        git("commit", "--quiet", "--allow-empty", "--message", message);
        return hash();
      },
      isAncestor(commit, of) {
        try {
          git("merge-base", "--is-ancestor", commit, of);
          return true;
        } catch {
          return false;
        }
      },
    };
  };
  return {
    create(name: string, branch = "main"): GitRepository {
      const directory = join(parent, name);
      mkdirSync(directory);
      const repository = open(directory);
      repository.git("init", "--quiet", `--initial-branch=${branch}`);
      return repository;
    },
    /** A clone as a pipeline or a person makes it, with further arguments of `git clone`. */
    clone(from: GitRepository, name: string, ...args: readonly string[]): GitRepository {
      // By address: git ignores a depth for a path.
      from.git("clone", "--quiet", ...args, `file://${from.directory}`, join(parent, name));
      return open(join(parent, name));
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
