import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitCheckout, openCheckout } from "../../clients/git";
import type { RecordedStack } from "../../components/partner-access/recording/recorded-stack";
import type { FileContent } from "../../configuration/file-settings";
import { stackFileName } from "../../configuration/project-files";
import type { ChangedFile } from "../../permissions/report";
import type { CommandContext } from "../shared/command";
import { demandCommit, mergeBaseOf, targetBranch } from "./base";
import { changedDependencies } from "./changed-dependencies";
import { changedFile, unjudgedFiles } from "./changed-files";
import { contentOf, linkMode, readEntries, repositoryMode } from "./file-entries";
import type { Judgement, Side } from "./judgement";
import { planRecording, type RecordingPlan, stackOf } from "./plan-recording";
import { readRecordsFile } from "./records-file";
import { judged, recordSide } from "./review";
import { openRevisions } from "./revisions";
import { modulesOf, toolBetween } from "./tool-between";

export interface GivenRecords {
  /** The branch the change wants to get into, as the checkout of the head knows it: `origin/main`. Left out, its default branch. */
  readonly base: string | undefined;
  /** A checkout that knows the head commit. None of its files is read, only git's objects: a link could lead anywhere. */
  readonly headDirectory: string;
  readonly headCommit: string;
  /** What the job without rights wrote. */
  readonly recordsFile: string;
  readonly at: Date;
}

/** What is read of the head, beside the files of its stacks. */
export const headFiles = ["access-policy.yaml", "api-catalog.yaml", "package-lock.json"] as const;

type Tree = ReadonlyMap<string, string>;

/**
 * The review where none of the head's code runs: its records come as data, its files from git. The base is recorded here and now; of
 * a stack that nothing differs for the file is not believed, whatever it says.
 */
export async function reviewRecords(given: GivenRecords, context: CommandContext): Promise<Judgement> {
  const { env, signal } = context;
  const head = openCheckout(given.headDirectory, env);
  const headCommit = await demandCommit(head, given.headCommit, "unknown-head");
  const base = await mergeBaseOf(head, given.base ?? (await targetBranch(head, env)), headCommit);
  const baseCommit = base.commit;
  const [before, after] = await Promise.all([head.tree(baseCommit), head.tree(headCommit)]);
  const changed = changedPaths(before, after);
  const records = await readRecordsFile(given.recordsFile);
  const revisions = await openRevisions({ base: baseCommit, head: undefined }, context);
  try {
    const { directory } = revisions.base;
    const plan = planRecording(
      before,
      after,
      changed.map(({ path }) => path),
      undefined,
    );
    const untouched = new Set(plan.untouched);
    const recordedHere = [...plan.base, ...plan.same.filter((stack) => !untouched.has(stack))];
    const baseStacks = await recordSide(revisions.base, recordedHere, signal);
    const textAt = (path: string) => readFile(join(directory, path), "utf8").catch(() => undefined);
    const [headPolicy, headCatalog, headLock] = await Promise.all(headFiles.map((path) => textIn(head, after, path)));
    const headRecords = headStacks(plan, baseStacks, records);
    const baseLock = await textAt("package-lock.json");
    const headModules = async () => modulesOf(await textIn(head, after, "package.json"), headLock, context);
    const tool = await toolBetween(baseLock, headLock, headModules);
    const files = await settingsFiles({ directory, before, after }, head, [...baseStacks, ...headRecords]);
    return await judged({ base: { directory } }, context, {
      at: given.at.toISOString(),
      base: {
        name: base.name,
        stacks: baseStacks,
        ...sideFiles(files.before),
        policyText: await textAt("access-policy.yaml"),
        catalogText: await textAt("api-catalog.yaml"),
      },
      head: {
        name: headCommit.slice(0, 12),
        stacks: headRecords,
        ...sideFiles(files.after),
        policyText: headPolicy,
        catalogText: headCatalog,
      },
      unjudged: { ...unjudgedFiles(changed), dependencies: changedDependencies(baseLock, headLock) },
      tool,
      untouched: plan.untouched,
      hasColour: false,
    });
  } finally {
    await revisions.remove();
  }
}

/** The head's stacks: the base's own records where nothing differs, else the given ones, else a problem. */
export function headStacks(
  { head, same }: Pick<RecordingPlan, "head" | "same">,
  base: readonly RecordedStack[],
  given: ReadonlyMap<string, RecordedStack>,
): readonly RecordedStack[] {
  const isSame = new Set(same);
  const own = new Map(base.map((recorded) => [recorded.stack, recorded]));
  return head.map((stack) => {
    const known = isSame.has(stack) ? own.get(stack) : given.get(stack);
    return known ?? { stack, problem: "the job that ran its program recorded nothing for it" };
  });
}

/** Files that differ by mode, kind or content: git's hash of an object says it without reading it. */
export function changedPaths(before: Tree, after: Tree): readonly ChangedFile[] {
  const modeOf = (entry: string | undefined) => (entry === undefined ? undefined : { mode: entry.split(" ")[0] ?? "" });
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): readonly ChangedFile[] => {
    const [one, other] = [before.get(path), after.get(path)];
    return one === other ? [] : [changedFile(path, modeOf(one), modeOf(other))];
  });
}

type Contents = ReadonlyMap<string, FileContent>;

/** `Pulumi.yaml` and the stacks' files of both sides. What does not differ is not read from the head, whose checkout may lack it. */
async function settingsFiles(
  base: { readonly directory: string; readonly before: Tree; readonly after: Tree },
  head: GitCheckout,
  stacks: readonly RecordedStack[],
): Promise<{ readonly before: Contents; readonly after: Contents }> {
  const { directory, before, after } = base;
  const paths = [...new Set(["Pulumi.yaml", ...stacks.map(({ stack }) => stackFileName(stack))])];
  const entries = readEntries(directory, paths, before);
  const known = new Map(paths.flatMap((path) => withContent(path, contentOf(entries.get(path)))));
  const others = paths.flatMap((path) => {
    const entry = after.get(path);
    const isRead = entry !== undefined && entry !== before.get(path) && !entry.startsWith(repositoryMode);
    return isRead ? [{ path, entry }] : [];
  });
  const texts = await head.blobs(others.map(({ entry }) => entry));
  const read = others.map(({ path, entry }, index): readonly [string, FileContent] => {
    const content = texts[index] ?? "";
    return [path, { kind: entry.startsWith(linkMode) ? "link" : "text", content }];
  });
  const same = [...known].filter(([path]) => after.get(path) === before.get(path));
  return { before: known, after: new Map([...same, ...read]) };
}

function withContent(path: string, content: FileContent | undefined): readonly (readonly [string, FileContent])[] {
  return content === undefined ? [] : [[path, content]];
}

function sideFiles(files: Contents): Pick<Side, "projectFile" | "stackFiles"> {
  const stacks = [...files].flatMap(([path, content]) => {
    const stack = stackOf(path);
    return stack === undefined ? [] : [[stack, content] as const];
  });
  return { projectFile: files.get("Pulumi.yaml"), stackFiles: Object.fromEntries(stacks) };
}

async function textIn(checkout: GitCheckout, tree: Tree, path: string): Promise<string | undefined> {
  const entry = tree.get(path);
  return entry === undefined ? undefined : checkout.blob(entry);
}
