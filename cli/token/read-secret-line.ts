import type { Readable } from "node:stream";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";

/** Longer than any password or token; what does not end is no line. */
const LONGEST = 64 * 1024;

/** A terminal that can be told not to show what is typed. */
type Keyboard = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };

/**
 * One secret line from a person, without echo, or from standard input: never from an argument, which every user of the machine can read.
 * `what` names it in the prompt and in errors.
 */
export async function readSecretLine(what: string, context: CommandContext): Promise<string> {
  const keyboard: Keyboard = context.stdin;
  const line =
    keyboard.isTTY === true && keyboard.setRawMode !== undefined
      ? await typedLine(what, keyboard, context)
      : await firstLine(what, keyboard);
  if (line !== "") return line;
  throw failure(
    "no-input",
    `no ${what} on standard input`,
    `Type it, or pipe it in: ... < file. Never as an argument.`,
  );
}

async function firstLine(what: string, stdin: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.includes("\n")) break;
    if (text.length > LONGEST)
      throw failure("no-input", `the ${what} on standard input does not end`, "One line only.");
  }
  return (text.split("\n")[0] ?? "").replace(/\r$/, "");
}

/** Raw mode: the terminal shows nothing, and hands over the keys of Ctrl-C and the like too. */
function typedLine(what: string, keyboard: Keyboard, { stderr, signal }: CommandContext): Promise<string> {
  stderr.write(`${what} (not shown): `);
  keyboard.setRawMode?.(true);
  keyboard.setEncoding("utf8");
  return new Promise<string>((done, fail) => {
    let line = "";
    const stop = (finish: () => void) => {
      keyboard.setRawMode?.(false);
      keyboard.pause();
      keyboard.off("data", onKeys);
      keyboard.off("end", onEnd);
      signal.removeEventListener("abort", onAbort);
      stderr.write("\n");
      finish();
    };
    const abort = () => stop(() => fail(failure("interrupted", `no ${what}: interrupted`, "")));
    const onAbort = () => abort();
    const onEnd = () => stop(() => done(line));
    const onKeys = (keys: string) => {
      for (const key of keys) {
        if (key === "\r" || key === "\n" || key === "\u0004") return stop(() => done(line));
        if (key === "\u0003") return abort();
        if (key === "\u007f" || key === "\b") line = [...line].slice(0, -1).join("");
        else if (key >= " ") line += key;
      }
    };
    signal.addEventListener("abort", onAbort, { once: true });
    keyboard.on("end", onEnd);
    keyboard.on("data", onKeys);
  });
}

function failure(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}
