import { declareCommand, type OptionsOf } from "../shared/command";
import { author, flag, json, requiredText, text } from "../shared/options";

const options = {
  headCommit: requiredText("--head-commit <hash>", "the last commit of the pull request; identifies it"),
  records: text("--records <file>", "what `diff --records-to` wrote for that commit"),
  head: text("--head <folder>", "a checkout that has the commit; default: this one"),
  base: text("--base <commit>", "what to compare with; default: where the change left the default branch"),
  queued: text("--queued <ref>", "the ref of a merge queue: check only that the queue would merge what was approved"),
  into: text("--into <branch>", "only a pull request into this branch"),
  run: text("--run <number>", "increasing number of the pipeline's run; default: the service's own"),
  check: flag("--check", "also write the check run or status that an apply takes its digest from"),
  author,
  json,
};

export type CommentCommandOptions = OptionsOf<typeof options>;

export const commentCommand = declareCommand({
  name: "comment",
  summary: "post what a change grants as one comment on its pull request",
  description:
    "Makes the same report as diff and keeps it as one comment (GitHub) or one thread (Azure DevOps) up to date. It finds the comment by a " +
    "hidden mark, never overwrites a newer run's, and leaves it alone when it says the same. Reads the token from GITHUB_TOKEN or " +
    "SYSTEM_ACCESSTOKEN.\n\n" +
    "With --records it runs none of the change's code: another job, without rights, has recorded what the change declares. " +
    "Exit code 1 when a stack could not be compared or a newer comment exists; finding a risk is not a failure.",
  options,
  examples: [
    "partner-access comment --head-commit 5f0c1f0e8d7c6b5a49382716051f0e8d7c6b5a49 --records records.json --check",
  ],
  load: async () => (await import("./run")).runComment,
});
