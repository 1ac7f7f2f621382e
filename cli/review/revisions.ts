import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type GitCheckout, openCheckout } from "../../clients/git";
import { counted } from "../../model/command-line";
import { terminalName } from "../../permissions/report/escape";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { type Base, demandCommit, mergeBaseOf, targetBranch } from "./base";
import { kindOf } from "./changed-files";
import { equipper } from "./equip";
import type { Staged } from "./file-entries";

/** One side of a review. */
export interface Revision {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  /** What git's index says that each file is. */
  readonly staged: Staged;
  /** Why its programs cannot be run. */
  readonly problem: string | undefined;
}

/** Where the two revisions of a review stand, ready to be run. */
export interface Revisions {
  readonly base: Revision;
  readonly head: Revision;
  /** Removes what was made for the review. */
  remove(): Promise<void>;
}

export interface WantedRevisions {
  readonly base: string | undefined;
  /** Folder of the head; this checkout when left out. */
  readonly head: string | undefined;
  /** A commit in place of a folder. */
  readonly headCommit?: string | undefined;
  /** Downloads nothing: a side whose dependencies are not on this machine is an error. */
  readonly isOffline?: boolean;
}

/**
 * Checks the base out into a temporary worktree and copies the head beside it; nothing is ever written into a head. Both omit files that
 * count as harmless: a program that needs one of them fails here, so it cannot hide behind a change that the report does not show.
 */
export async function openRevisions(wanted: WantedRevisions, context: CommandContext): Promise<Revisions> {
  const { projectDirectory, env } = context;
  const repository = openCheckout(projectDirectory, env);
  if (wanted.headCommit === undefined) demandProject(wanted.head ?? projectDirectory);
  const { name, commit } = await baseOf(wanted.base, repository, env);
  const workspace = await mkdtemp(join(tmpdir(), "partner-access-review-"));
  const trees = [join(workspace, "base"), join(workspace, "merged")] as const;
  const remove = async () => {
    for (const tree of trees) await repository.removeWorktree(tree).catch(() => undefined);
    await rm(workspace, { recursive: true, force: true });
  };
  const checkOut = async (tree: string, revision: string) => {
    await repository.addWorktree(tree, revision);
    return join(tree, await repository.prefix());
  };
  try {
    const head =
      wanted.headCommit === undefined
        ? (wanted.head ?? projectDirectory)
        : demandProject(await checkOut(trees[1], wanted.headCommit));
    const equipped = equipper(head, wanted, context);
    const headName = wanted.headCommit ?? wanted.head ?? "the working tree";
    const checkOutBase = async () => {
      const directory = await checkOut(trees[0], commit);
      const checkout = openCheckout(directory, env);
      const [files, staged] = await Promise.all([checkout.files(), checkout.staged()]);
      for (const path of files.filter(isHarmless)) rmSync(join(directory, path), { force: true });
      const { problem } = await equipped(directory, name);
      return { directory, problem, files: files.filter((path) => !isHarmless(path)), staged };
    };
    const copyHead = async () => {
      const runnable = join(workspace, "head");
      const checkout = openCheckout(head, env);
      const [listed, staged, leftOut] = await Promise.all([checkout.files(), checkout.staged(), checkout.leftOut()]);
      const files = listed.filter((path) => !isHarmless(path));
      demandWhole(
        head,
        leftOut.filter((path) => !isHarmless(path)),
      );
      const { directory: equal } = await based;
      copyFiles({ from: head, to: runnable, equal }, files);
      const { problem } = await equipped(runnable, headName);
      return { directory: runnable, problem, files, staged };
    };
    const based = checkOutBase();
    const [checkedOut, copied] = await Promise.allSettled([based, copyHead()]);
    // Both have ended: what one leaves half-done is removed with nothing still being written there.
    const [base, copy] = [resultOf(checkedOut), resultOf(copied)];
    return {
      base: { name, ...base },
      head: { name: headName, ...copy },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The named base; without a name where this work left the branch it wants to get into. */
async function baseOf(wanted: string | undefined, repository: GitCheckout, env: CommandContext["env"]): Promise<Base> {
  if (wanted === undefined) return mergeBaseOf(repository, await targetBranch(repository, env), "HEAD");
  const commit = await demandCommit(repository, wanted);
  return { name: `${wanted} (${commit.slice(0, 12)})`, commit };
}

function resultOf<T>(ended: PromiseSettledResult<T>): T {
  if (ended.status === "fulfilled") return ended.value;
  throw ended.reason;
}

function isHarmless(path: string): boolean {
  return kindOf(path) === "harmless";
}

/** Where files are copied from and to, and a folder of ours beside, which has most of them already. */
interface Places {
  readonly from: string;
  readonly to: string;
  readonly equal: string;
}

/**
 * In one go: a thousand copies that wait for each other's turn take ten times as long. To make a file is what takes time, so one that the
 * base has too, word for word, gets a second name there: both folders are ours, and no recording may write. A link is copied as a link, also
 * one that leads nowhere. Another repository inside this one becomes an empty folder, as in the base: what is in it belongs to neither revision.
 */
function copyFiles({ from, to, equal }: Places, files: readonly string[]): void {
  for (const folder of new Set(files.map((path) => dirname(join(to, path))))) mkdirSync(folder, { recursive: true });
  for (const path of files) {
    const [source, target] = [join(from, path), join(to, path)];
    const found = lstatSync(source, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (found.isDirectory()) mkdirSync(target, { recursive: true });
    else if (!found.isFile()) continue;
    else if (isEqual(source, found, join(equal, path))) linkSync(join(equal, path), target);
    else copyFileSync(source, target);
  }
}

/** Mode and content: both are told by a review. */
function isEqual(source: string, { mode, size }: Stats, other: string): boolean {
  const found = lstatSync(other, { throwIfNoEntry: false });
  if (!found?.isFile() || found.mode !== mode || found.size !== size) return false;
  return readFileSync(source).equals(readFileSync(other));
}

/** Files that are missing in the folder would look removed. */
function demandWhole(directory: string, leftOut: readonly string[]): void {
  if (leftOut.length === 0) return;
  const some = leftOut.slice(0, 5).map(terminalName).join(", ");
  throw new CommandError([
    {
      code: "sparse-checkout",
      message: `${directory} is missing ${counted(leftOut.length, "file")} of its own revision: ${some}`,
      fix: "Check out all of it: git sparse-checkout disable",
    },
  ]);
}

function demandProject(directory: string): string {
  if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
  throw new CommandError([
    { code: "no-project", message: `${directory} has no Pulumi.yaml`, fix: "Name the checkout's folder with --head." },
  ]);
}
