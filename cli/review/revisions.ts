import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type GitCheckout, openCheckout } from "../../clients/git";
import type { Surroundings } from "../command";
import { CommandError } from "../document";
import { kindOf } from "./changed-files";

/** Where the two revisions of a review stand, ready to be run. */
export interface Revisions {
  readonly base: { readonly name: string; readonly directory: string; readonly files: readonly string[] };
  readonly head: { readonly name: string; readonly directory: string; readonly files: readonly string[] };
  /** Removes what was made for the review. */
  remove(): Promise<void>;
}

/** What a revision from before reviews lacks; put beside its own sources, in temporary folders only. */
const recorder = ["bin/transpile.js", "deployment/recording"];

/**
 * Checks the base out into a temporary worktree and copies the head beside it; nothing is ever written into a head. Both lack what counts
 * as harmless: a program that needs any of it fails here, and cannot hide behind a file whose change nobody is shown.
 */
export async function openRevisions(
  wanted: { readonly base: string | undefined; readonly head: string | undefined },
  { projectDirectory, env }: Surroundings,
): Promise<Revisions> {
  const head = wanted.head ?? projectDirectory;
  if (!existsSync(join(head, "Pulumi.yaml"))) throw noProject(head);
  const repository = openCheckout(projectDirectory, env);
  const { name, commit } = await baseOf(wanted.base, repository);
  const workspace = await mkdtemp(join(tmpdir(), "partner-access-review-"));
  const tree = join(workspace, "base");
  const remove = async () => {
    await repository.removeWorktree(tree).catch(() => undefined);
    await rm(workspace, { recursive: true, force: true });
  };
  try {
    const runnable = join(workspace, "head");
    const dependencies = join(existsSync(join(head, "node_modules")) ? head : projectDirectory, "node_modules");
    const checkOut = async () => {
      await repository.addWorktree(tree, commit);
      const directory = join(tree, await repository.prefix());
      const files = await openCheckout(directory, env).files();
      for (const path of files.filter(isHarmless)) rmSync(join(directory, path), { force: true });
      await equip(directory, projectDirectory, dependencies);
      return { directory, files: files.filter((path) => !isHarmless(path)) };
    };
    const copyHead = async () => {
      const there = (await openCheckout(head, env).files()).filter((path) => existsSync(join(head, path)));
      const files = there.filter((path) => !isHarmless(path));
      copyFiles(head, runnable, files);
      await equip(runnable, projectDirectory, dependencies);
      return { directory: runnable, files };
    };
    const [checkedOut, copied] = await Promise.allSettled([checkOut(), copyHead()]);
    // Both have ended: what one leaves half-done is removed with nothing still being written there.
    const [base, copy] = [resultOf(checkedOut), resultOf(copied)];
    return {
      base: { name, ...base },
      head: { name: wanted.head ?? "the working tree", ...copy },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The named base; without a name where this work left the main branch, so that others' later work does not count. */
async function baseOf(wanted: string | undefined, repository: GitCheckout) {
  if (wanted !== undefined) {
    const commit = await repository.commitOf(wanted);
    if (commit === undefined) throw unknownBase(wanted);
    return { name: `${wanted} (${commit.slice(0, 12)})`, commit };
  }
  for (const branch of ["origin/main", "main", "HEAD"]) {
    const commit = await repository.mergeBase(branch, "HEAD");
    if (commit !== undefined) return { name: `${branch} (${commit.slice(0, 12)})`, commit };
  }
  throw unknownBase("HEAD");
}

async function equip(directory: string, projectDirectory: string, dependencies: string): Promise<void> {
  for (const path of recorder) {
    if (!existsSync(join(directory, path))) {
      await cp(join(projectDirectory, path), join(directory, path), { recursive: true });
    }
  }
  // A revision that carries dependencies of its own gets the same as the other one.
  await rm(join(directory, "node_modules"), { recursive: true, force: true });
  await symlink(dependencies, join(directory, "node_modules"), "dir");
}

function resultOf<T>(ended: PromiseSettledResult<T>): T {
  if (ended.status === "fulfilled") return ended.value;
  throw ended.reason;
}

function isHarmless(path: string): boolean {
  return kindOf(path) === "harmless";
}

/** In one go: a thousand copies that wait for each other's turn take ten times as long. A link is copied as a link. */
function copyFiles(from: string, to: string, files: readonly string[]): void {
  for (const folder of new Set(files.map((path) => dirname(join(to, path))))) mkdirSync(folder, { recursive: true });
  for (const path of files) {
    const [source, target] = [join(from, path), join(to, path)];
    const found = lstatSync(source);
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    // Another repository inside this one.
    else if (found.isDirectory()) cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    else copyFileSync(source, target);
  }
}

function unknownBase(name: string): CommandError {
  return new CommandError([
    {
      code: "unknown-base",
      message: `git knows no commit ${JSON.stringify(name)}`,
      fix: "Fetch it first (a shallow checkout has one commit only), or name another with --base.",
    },
  ]);
}

function noProject(directory: string): CommandError {
  return new CommandError([
    { code: "no-project", message: `${directory} has no Pulumi.yaml`, fix: "Name the checkout's folder with --head." },
  ]);
}
