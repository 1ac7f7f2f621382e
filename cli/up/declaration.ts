import type { CommandDeclaration } from "../shared/command";
import { expectDigest, json, stack } from "../shared/options";

export const upCommand: CommandDeclaration = {
  name: "up",
  summary: "deploy one stack with pulumi",
  description:
    "Checks the stack's configuration, then runs `pulumi up` for it: preview, question, update. " +
    "Looks for drift first, and refuses while it would write over what somebody did by hand. " +
    "Refuses a local state file or a passphrase outside the emulator unless told otherwise.",
  options: [
    stack,
    { flags: "-y, --yes", description: "do not ask before the update; needed where nobody can answer" },
    { flags: "--preview", description: "show what would change and stop" },
    expectDigest,
    {
      flags: "--overwrite-drift",
      description: "do not look for changes made by hand, and write over them",
    },
    {
      flags: "--allow-local-state",
      description: "accept a state file on this machine or a passphrase as its key",
    },
    json,
  ],
  examples: ["partner-access up -s contoso --preview", "partner-access up -s contoso --yes"],
  load: async () => (await import("./run")).runUp,
};
