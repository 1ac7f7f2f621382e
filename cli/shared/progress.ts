import { styleText } from "node:util";
import type { CommandContext } from "./command";

/** Progress on standard error: one live line on a terminal, one line per update elsewhere. */
export interface Progress {
  /** What is happening now. On a terminal it replaces the previous update. */
  update(text: string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Ends the live line, so that other output starts on a fresh one. */
  done(): void;
}

export function createProgress(context: CommandContext): Progress {
  const { stderr, isTerminal } = context;
  let last = "";
  const clear = () => {
    if (isTerminal && last !== "") stderr.write("\r\u001b[2K");
    last = "";
  };
  return {
    update(text) {
      if (text === last) return;
      clear();
      last = text;
      stderr.write(isTerminal ? text.slice(0, 100) : `${text}\n`);
    },
    line(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    done: clear,
  };
}

export type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** Text in a colour where the reader can see one. */
export function styled(context: CommandContext, style: Style, text: string): string {
  return context.hasColour ? styleText(style, text, { validateStream: false }) : text;
}
