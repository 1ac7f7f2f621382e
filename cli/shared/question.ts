import { createInterface } from "node:readline/promises";
import type { CommandContext } from "./command";

/** Asks a person; no terminal, Ctrl-C and the end of input all mean no. `hint` says what to do without a terminal. */
export async function isAgreed(question: string, hint: string, context: CommandContext): Promise<boolean> {
  const { stdin, stderr, signal, isTerminal } = context;
  if (!isTerminal) {
    stderr.write(`${hint}\n`);
    return false;
  }
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    // An answer and the end of input may come together; the answer then counts.
    const ended = new Promise<string>((done) => prompt.once("close", () => setImmediate(() => done(""))));
    const answer = await Promise.race([prompt.question(`${question} [y/N] `, { signal }), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if ((error as { name?: string }).name === "AbortError") return false;
    throw error;
  } finally {
    prompt.close();
  }
}
