import type { CommandOption } from "./command";

/** Options that many commands share, in the same words. */
export const json: CommandOption = { flags: "--json", description: "print one JSON document on standard output" };
export const stack: CommandOption = {
  flags: "-s, --stack <name>",
  description: "the stack, one per partner tenant",
  isRequired: true,
};

export const expectDigest: CommandOption = {
  flags: "--expect-digest <digest>",
  description: "refuse, before any write, what is not the manifest that was approved (see diff --json)",
};
