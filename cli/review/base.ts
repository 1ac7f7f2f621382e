import type { GitCheckout } from "../../clients/git";
import { CommandError } from "../shared/document";

type Environment = Readonly<Record<string, string | undefined>>;

/** What a change is compared with. */
export interface Base {
  /** As a report shows it. */
  readonly name: string;
  readonly commit: string;
}

/** The commit with this name, or git's reason for there being none. */
export async function demandCommit(repository: GitCheckout, name: string, code = "unknown-base"): Promise<string> {
  const found = await repository.commitOf(name);
  if ("commit" in found) return found.commit;
  throw unknown(code, `git finds no commit ${JSON.stringify(name)}: ${found.reason}`, await depthOf(repository));
}

/**
 * Where a head left the branch it wants to get into, so that others' later work does not count. Anything uncertain is refused: a base that
 * is the head itself, or a part of the change, would make a gate pass that compared nothing.
 */
export async function mergeBaseOf(repository: GitCheckout, branch: string, head: string): Promise<Base> {
  const [tip, headCommit] = [await demandCommit(repository, branch), await demandCommit(repository, head)];
  const bases = await repository.mergeBases(tip, headCommit);
  const [only, another] = bases;
  const depth = await depthOf(repository);
  const shown = shortName(branch);
  if (only === undefined) {
    throw unknown("unknown-base", `git merge-base finds nothing that ${shown} and ${head} have in common`, depth);
  }
  if (another !== undefined) {
    const message = `${shown} and ${head} have several merge bases (git merge-base --all): ${bases.join(", ")}`;
    throw unknown("unknown-base", message, `Merge ${shown} into the change, or name one of them with --base.`);
  }
  // In a shallow clone a later common ancestor may be hidden, except when the base is the branch's own tip.
  if (depth.isShallow && only !== tip) {
    throw unknown("unknown-base", `it is not known where ${head} left ${shown}`, depth);
  }
  return { name: `${shown} (${only.slice(0, 12)})`, commit: only };
}

/** The branch that a change in this checkout wants to get into, by its full name, which no tag can have: the one the pipeline names, else the remote's default branch. */
export async function targetBranch(repository: GitCheckout, env: Environment): Promise<string> {
  const remotes = await repository.remotes();
  const remote = remotes.includes("origin") ? "origin" : onlyOne(remotes);
  const named = pipelineTarget(env);
  const place = remote === undefined ? "refs/heads" : `refs/remotes/${remote}`;
  if (named !== undefined) return `${place}/${named}`;
  if (remote === undefined && remotes.length > 0) {
    throw uncertain(`this checkout has the remotes ${remotes.join(", ")}, and none of them is named origin`);
  }
  const head = remote && (await repository.symbolicRef(`${place}/HEAD`));
  if (head !== undefined) return head;
  const branches = await repository.refs(place);
  const usual = onlyOne(["main", "master"].map((name) => `${place}/${name}`).filter((name) => branches.includes(name)));
  if (usual !== undefined) return usual;
  const names = branches.length === 0 ? "none" : branches.slice(0, 10).map(shortName).join(", ");
  const where = remote === undefined ? "this checkout" : `${remote} (it has no ${remote}/HEAD)`;
  throw uncertain(`the default branch of ${where} is not known; its branches here: ${names}`);
}

/** A branch as people call it. */
function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|remotes)\//, "");
}

/** The branch that a pull request or a merge queue wants to change, as the two services call it. */
function pipelineTarget(env: Environment): string | undefined {
  const target = env["GITHUB_BASE_REF"] || env["SYSTEM_PULLREQUEST_TARGETBRANCH"];
  if (target) return target.replace(/^refs\/heads\//, "");
  return readQueueRef(env["GITHUB_REF"] ?? "")?.branch;
}

/** What the ref of a merge queue says: whose turn it is, and what was there before it. */
export interface QueueRef {
  readonly branch: string;
  readonly pullRequest: number;
  readonly before: string;
}

/** Reads `gh-readonly-queue/main/pr-12-HASH`, with or without `refs/heads/`; undefined for any other ref. */
export function readQueueRef(ref: string): QueueRef | undefined {
  const [, branch, number, before] =
    /^(?:refs\/heads\/)?gh-readonly-queue\/(.+)\/pr-(\d{1,15})-([0-9a-f]{40})$/.exec(ref) ?? [];
  if (branch === undefined || before === undefined) return undefined;
  return { branch, pullRequest: Number(number), before };
}

interface Depth {
  readonly isShallow: boolean;
  readonly fix: string;
}

async function depthOf(repository: GitCheckout): Promise<Depth> {
  // Outside a repository there is no depth; what git says about that is in the message already.
  const isShallow = await repository.isShallow().catch(() => false);
  const fetchAll =
    "Fetch the whole history (git fetch --unshallow; fetch-depth: 0 on GitHub, fetchDepth: 0 on Azure DevOps)";
  return {
    isShallow,
    fix: isShallow
      ? `This is a shallow clone (git rev-parse --is-shallow-repository). ${fetchAll}.`
      : "Fetch it first, or name another with --base.",
  };
}

function unknown(code: string, message: string, depth: Depth | string): CommandError {
  return new CommandError([{ code, message, fix: typeof depth === "string" ? depth : depth.fix }]);
}

function uncertain(message: string): CommandError {
  const fix = "Name the base with --base BRANCH, or tell git which it is: git remote set-head origin --auto";
  return new CommandError([{ code: "unknown-base", message, fix }]);
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
