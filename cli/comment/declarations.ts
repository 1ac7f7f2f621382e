import type { CommandDeclaration, CommandOption } from "../shared/command";
import { json } from "../shared/options";

const author: CommandOption = {
  flags: "--author <login>",
  description: "who the token writes as on GitHub; github-actions[bot] when left out",
};

/** The commands of a pipeline around a change: comment on it, and say what of it may be applied. */
export const commentCommands: readonly CommandDeclaration[] = [
  {
    name: "comment",
    summary: "post what a change grants as one comment on its pull request",
    description:
      "Makes the same report as diff and keeps it as one comment (GitHub) or one thread (Azure DevOps) up to date: found by a hidden " +
      "mark, never written over a newer run's, left alone when it says the same. Reads the token from GITHUB_TOKEN or " +
      "SYSTEM_ACCESSTOKEN.\n\n" +
      "With --records it runs none of the change's code: another job, without rights, has recorded what the change declares. " +
      "Exit code 1 when a stack could not be compared or a newer comment is there; a risk that was found is no failure.",
    options: [
      {
        flags: "--head-commit <hash>",
        description: "the last commit of the pull request, which is found by it",
        isRequired: true,
      },
      { flags: "--records <file>", description: "what `diff --records-to` wrote for that commit" },
      { flags: "--head <folder>", description: "a checkout that knows the commit; this one when left out" },
      {
        flags: "--base <commit>",
        description: "what to compare with; where the change left the default branch when left out",
      },
      {
        flags: "--queued <ref>",
        description: "the ref of a merge queue: check only that the queue would merge what was approved",
      },
      { flags: "--into <branch>", description: "only a pull request into this branch" },
      {
        flags: "--run <number>",
        description: "number of the pipeline's run, which counts up; the service's own when left out",
      },
      { flags: "--check", description: "also write the check run or status that an apply takes its digest from" },
      author,
      json,
    ],
    examples: [
      "partner-access comment --head-commit 5f0c1f0e8d7c6b5a49382716051f0e8d7c6b5a49 --records records.json --check",
    ],
    load: async () => (await import("./run")).runComment,
  },
  {
    name: "approved",
    summary: "say which stacks a merged change may apply, and with which digest",
    description:
      "Compares a merge with what was there before it, and asks GitHub or Azure DevOps for the check that the review wrote. Refuses a commit " +
      "that the default branch does not contain, and a merge that is not what was approved. Merge commits, squashes, rebases and the " +
      "pushes of a merge queue are understood. Prints each stack with the digest for `up --expect-digest`.\n\n" +
      "The code that judges is this checkout's: run it on the default branch, and name the merge with --commit. Exit code 2 when there is no approval.",
    options: [
      { flags: "--commit <hash>", description: "the merge to apply; HEAD of this checkout when left out" },
      {
        flags: "--base <commit>",
        description:
          "what the default branch was before the push; what it was before this one pull request when left out",
      },
      author,
      json,
    ],
    examples: ["partner-access approved --commit 5f0c1f0e8d7c6b5a49382716051f0e8d7c6b5a49 --json"],
    load: async () => (await import("../approved/run")).runApproved,
  },
  {
    name: "drift-issue",
    summary: "keep one issue or work item about drift up to date",
    description:
      "Reads the documents of `drift --json` in a folder, one file per stack, and writes one issue (GitHub) or work item (Azure DevOps): " +
      "opened with the first difference, rewritten in place, closed (on GitHub) when nothing differs. " +
      "A stack without a document counts as a failed look-up.",
    options: [
      {
        flags: "--documents <folder>",
        description: "files of `drift --json`, at any depth, named STACK.json",
        isRequired: true,
      },
      {
        flags: "--stacks <names>",
        description: "every stack that was looked at, with blanks between; those found when left out",
      },
      author,
      json,
    ],
    examples: ['partner-access drift-issue --documents drift --stacks "contoso adatum"'],
    load: async () => (await import("../drift-issue/run")).runDriftIssue,
  },
];
