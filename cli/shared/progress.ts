import { styleText } from "node:util";
import type { Surroundings } from "./command";

/** Progress on standard error: one live line on a terminal, a line per news elsewhere. */
export interface Progress {
  /** What is happening now; replaces the previous news on a terminal. */
  news(text: string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Ends the live line, so that other output starts on a fresh one. */
  done(): void;
}

export function createProgress(surroundings: Surroundings): Progress {
  const { stderr, isTerminal } = surroundings;
  let last = "";
  const clear = () => {
    if (isTerminal && last !== "") stderr.write("\r\u001b[2K");
    last = "";
  };
  return {
    news(text) {
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
export function styled(surroundings: Surroundings, style: Style, text: string): string {
  return surroundings.hasColour ? styleText(style, text, { validateStream: false }) : text;
}
