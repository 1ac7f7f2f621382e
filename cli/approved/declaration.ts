import { declareCommand, type OptionsOf } from "../shared/command";
import { author, json, text } from "../shared/options";

const options = {
  commit: text("--commit <hash>", "the merge to apply; default: HEAD of this checkout"),
  base: text("--base <commit>", "the default branch before the push; default: before this one pull request"),
  author,
  json,
};

export type ApprovedCommandOptions = OptionsOf<typeof options>;

export const approvedCommand = declareCommand({
  name: "approved",
  summary: "print which stacks a merged change may apply, and with which digest",
  description:
    "Compares a merge with what was there before it, and asks GitHub or Azure DevOps for the check that the review wrote. Refuses a commit " +
    "that the default branch does not contain, and a merge that is not what was approved. It understands merge commits, squashes, " +
    "rebases and the pushes of a merge queue. Prints each stack with the digest for `up --expect-digest`.\n\n" +
    "It judges with this checkout's code: run it on the default branch, and name the merge with --commit. Exit code 2 when there is no approval.",
  options,
  examples: ["partner-access approved --commit 5f0c1f0e8d7c6b5a49382716051f0e8d7c6b5a49 --json"],
  load: async () => (await import("./run")).runApproved,
});
