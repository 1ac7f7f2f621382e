import { commentCommands } from "./comment/declarations";
import { onboardingCommands } from "./declarations/onboard";
import { operationCommands } from "./declarations/operate";
import { demoCommands } from "./demo/declarations";
import { driftCommands } from "./drift/declarations";
import type { CommandDeclaration } from "./shared/command";
import { expectDigest, json, stack } from "./shared/options";
import { tokenCommands } from "./token/declarations";

/** Every command, in the order of the journeys: try, onboard, operate. */
export const commands: readonly CommandDeclaration[] = [
  ...demoCommands,
  ...onboardingCommands,
  {
    name: "diff",
    summary: "show what a change grants, in words, before anybody applies it",
    description:
      "Runs the program of two revisions, each with its own code, under mocks: without credentials, network or a live tenant. " +
      "Compares what they grant, rates each difference, and lists what it cannot judge: changed code, lock files, workflows. " +
      "Needs git; the working tree is not touched.\n\n" +
      "Exit code 1 when something is found, or could not be compared.",
    options: [
      {
        flags: "--base <commit>",
        description: "compare with this one; left out, where this work left the main branch",
      },
      { flags: "--head <folder>", description: "another checkout to judge; this one when left out" },
      { flags: "-s, --stack <name>", description: "one stack; all when left out" },
      { flags: "--fail-on <risk>", description: "exit 1 only from this risk on: low, medium, high or critical" },
      { flags: "--markdown", description: "print the text of a pull request's comment" },
      {
        flags: "--records-to <file>",
        description: "only run this checkout's programs and write what they declare, for `comment --records`",
      },
      json,
    ],
    examples: ["partner-access diff", "partner-access diff --base origin/main --markdown --fail-on high"],
    load: async () => (await import("./diff/run")).runDiff,
  },
  {
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
    load: async () => (await import("./up/run")).runUp,
  },
  {
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
    load: async () => (await import("./rotate/run")).runRotate,
  },
  ...tokenCommands,
  ...operationCommands,
  ...driftCommands,
  ...commentCommands,
  {
    name: "stacks",
    summary: "list the stacks of this project",
    description: "Lists every Pulumi.<stack>.yaml with its tenant, and says what is wrong with each. Touches nothing.",
    options: [json],
    examples: ["partner-access stacks", "partner-access stacks --json"],
    load: async () => (await import("./stacks/run")).runStacks,
  },
];
