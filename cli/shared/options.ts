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

export const flow: CommandOption = {
  flags: "--flow <name>",
  description: "refresh-token, password or app-only; what the vault holds decides when left out",
};

export const user: CommandOption = {
  flags: "--user <name>",
  description: "with the flow password: who; the stack's reporting user when left out",
};

export const yes: CommandOption = {
  flags: "-y, --yes",
  description: "do not ask; needed where nobody can answer",
};

export const author: CommandOption = {
  flags: "--author <login>",
  description: "who the token writes as on GitHub; github-actions[bot] when left out",
};
