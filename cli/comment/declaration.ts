import type { CommandDeclaration } from "../shared/command";
import { author, json } from "../shared/options";

export const commentCommand: CommandDeclaration = {
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
};
