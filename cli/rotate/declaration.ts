import type { CommandDeclaration } from "../shared/command";
import { expectDigest, json } from "../shared/options";

export const rotateCommand: CommandDeclaration = {
  name: "rotate",
  summary: "give stacks that are due a new client secret",
  description:
    "Decides from the vault's record whether a stack is due. A stack that is not due is not touched; one that is gets a new secret, " +
    "proven before it is published, and nothing else changes. The previous secret stays valid for the overlap. " +
    "Other changes that were merged and not applied stay as they are: the run goes by what was applied last. " +
    "Where somebody has signed in, the refresh token is renewed once a week, and replaced only after the newer one gave a token.",
  options: [
    { flags: "-s, --stack <name>", description: "one stack" },
    { flags: "--all", description: "every stack of this project, for an operator and for the emulator" },
    { flags: "--plan", description: "show what would happen and change nothing" },
    { flags: "--compromised <reason>", description: "rotate now and remove the previous secret in the same run" },
    { flags: "--rollback <reason>", description: "make the previous secret current again, inside the overlap" },
    { flags: "--renew-every <days>", description: "renew a refresh token of this age; 7 when left out, 0 for now" },
    { flags: "--parallel <number>", description: "stacks at once with --all; 2 when left out" },
    expectDigest,
    { flags: "--allow-local-state", description: "accept a state file on this machine or a passphrase as its key" },
    json,
  ],
  examples: [
    "partner-access rotate -s contoso --plan",
    "partner-access rotate -s contoso",
    'partner-access rotate -s contoso --compromised "laptop stolen"',
  ],
  load: async () => (await import("./run")).runRotate,
};
