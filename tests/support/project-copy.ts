import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/** A checkout of its own: the files of this one as they are now, committed or not, so that nobody's editing disturbs a test. */
export interface ProjectCopy {
  readonly directory: string;
  /** A fingerprint of every file by path; equal when nothing was changed, added or removed. */
  fingerprints(): Record<string, string>;
  remove(): void;
}

export function copyProject(): ProjectCopy {
  const directory = mkdtempSync(join(tmpdir(), "partner-access-checkout-"));
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: project });
  for (const path of listed.toString("utf8").split("\0")) {
    const isThere = path !== "" && lstatSync(join(project, path), { throwIfNoEntry: false }) !== undefined;
    if (isThere) cpSync(join(project, path), join(directory, path), { recursive: true });
  }
  symlinkSync(join(project, "node_modules"), join(directory, "node_modules"), "dir");
  return {
    directory,
    fingerprints: () => Object.fromEntries(filesIn(directory).map((path) => [relative(directory, path), digest(path)])),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
  });
}

function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
