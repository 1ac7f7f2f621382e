import { isTokenFlow, tokenFlows } from "../../tokens/flow";
import type { CommandOption } from "./command";
import { type Digest, readDigest } from "./digest";
import { invalidOption } from "./document";
import type { SummaryTarget } from "./summary-target";

type Visibility = Pick<CommandOption, "isHidden">;

/** An option that is there or not. One that begins with `--no-` is true unless it is there. */
export function flag(flags: string, description: string, visibility: Visibility = {}): CommandOption<boolean> {
  return { flags, description, ...visibility, read: (given) => given === true };
}

/** An option with a text that may be left out. */
export function text(flags: string, description: string, visibility: Visibility = {}): TextOption {
  return { flags, description, ...visibility, read: textOf };
}

type TextOption = CommandOption<string | undefined>;

/** An option with a text; the parser refuses a command line without it. */
export function requiredText(flags: string, description: string): CommandOption<string> {
  return { flags, description, isRequired: true, read: (given) => textOf(given) ?? "" };
}

/** An option whose text becomes something else; `readText` gets undefined where it was left out. */
export function parsed<Value>(
  { read, ...option }: TextOption,
  readText: (text: string | undefined) => Value,
): CommandOption<Value> {
  return { ...option, read: (given) => readText(read(given)) };
}

function textOf(given: string | boolean | undefined): string | undefined {
  return typeof given === "string" ? given : undefined;
}

/** Options that many commands share, in the same words. */
export const json = flag("--json", "print one JSON document on standard output");
export const stack = requiredText("-s, --stack <name>", "the stack, one per partner tenant");

/** With a file beside the usual output, without one in its place. */
export const markdown: CommandOption<SummaryTarget> = {
  flags: "--markdown [file]",
  description: "add a summary in Markdown to this file, such as a job's summary; without a file, print it instead",
  read: (given) => (given === undefined || given === false ? undefined : { file: textOf(given) }),
};

export const expectDigest: CommandOption<Digest | undefined> = parsed(
  text("--expect-digest <digest>", "refuse, before any write, anything but the approved manifest (see diff --json)"),
  (digest) => (digest === undefined ? undefined : readDigest(digest)),
);

export const allowLocalState = flag(
  "--allow-local-state",
  "accept a state file on this machine or a passphrase as its key",
);

export const flow = parsed(
  text("--flow <name>", "refresh-token, password or app-only; default: what the vault's entries allow"),
  (name) => {
    if (name === undefined || isTokenFlow(name)) return name;
    throw invalidOption(
      `--flow must be one of ${tokenFlows.join(", ")}, got ${name}`,
      "Leave it out to let the vault decide.",
    );
  },
);

export const user = text("--user <name>", "with the flow password: the user; default: the stack's reporting user");
export const yes = flag("-y, --yes", "do not ask; required where there is no terminal");
export const author = text(
  "--author <login>",
  "the account that the token writes as on GitHub; default: github-actions[bot]",
);
