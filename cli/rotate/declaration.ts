import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { allowLocalState, expectDigest, flag, json, markdown, parsed, text } from "../shared/options";

const options = {
  stack: text("-s, --stack <name>", "one stack"),
  all: flag("--all", "every stack of this project, for an operator and for the emulator"),
  plan: flag("--plan", "show what would happen and change nothing"),
  compromised: parsed(
    text("--compromised <reason>", "rotate now and remove the previous secret in the same run"),
    trimmed,
  ),
  rollback: parsed(text("--rollback <reason>", "make the previous secret current again, inside the overlap"), trimmed),
  renewEvery: parsed(
    text("--renew-every <days>", "renew a refresh token of at least this age; default: 7, 0 for now"),
    readRenewEvery,
  ),
  parallel: parsed(text("--parallel <number>", "stacks at once with --all; default: 2"), readParallel),
  expectDigest,
  allowLocalState,
  markdown,
  json,
};

export type RotateCommandOptions = OptionsOf<typeof options>;

export const rotateCommand = declareCommand({
  name: "rotate",
  summary: "give a new client secret to stacks that are due",
  description:
    "Decides from the vault's record whether a stack is due. A stack that is not due is not changed; one that is due gets a new secret, " +
    "proven before it is published, and nothing else changes. The previous secret stays valid for the overlap. " +
    "It leaves other changes that were merged but not applied aside and uses what was applied last. " +
    "Where someone has signed in, the refresh token is renewed once a week, and replaced only after the newer one gave a token.",
  options,
  examples: [
    "partner-access rotate -s contoso --plan",
    "partner-access rotate -s contoso",
    'partner-access rotate -s contoso --compromised "laptop stolen"',
  ],
  load: async () => (await import("./run")).runRotate,
});

function trimmed(text: string | undefined): string | undefined {
  return text?.trim();
}

function readParallel(text = "2"): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw invalidOption(`--parallel must be a whole number from 1 to 64, got ${text}`, "Leave it out for 2.");
}

function readRenewEvery(text = "7"): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 60 && text !== "") return days;
  throw invalidOption(
    `--renew-every must be a whole number of days from 0 to 60, got ${text}`,
    "Leave it out for 7; 0 renews now.",
  );
}
