import type { CommandDeclaration } from "../shared/command";
import { author, json } from "../shared/options";

export const approvedCommand: CommandDeclaration = {
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
  load: async () => (await import("./run")).runApproved,
};
