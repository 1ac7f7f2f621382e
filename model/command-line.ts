/** How a command of ours is started in this project's folder. The one place that knows. */
const start = "npm run partner-access --";

/** Stands for a stack's name where only the caller of a message knows it. */
export const anyStack = "STACK";

/**
 * A command of ours as somebody types it: ready to be copied, whatever the words hold. A message ends after it, breaks the line, or puts it
 * between backticks, so that nothing else is copied with it. Words in capitals, such as REASON, are for the reader to fill in.
 */
export function commandLine(name: string, ...words: readonly string[]): string {
  return [start, name, ...words.map(shellWord)].join(" ");
}

/** The same message for one stack. */
export function forStack(message: string, stack: string): string {
  return message.replaceAll(` -s ${anyStack}`, () => ` -s ${shellWord(stack)}`);
}

/** The commands of ours that a message holds, word for word as `commandLine` wrote them, whatever the words hold. */
export function commandsIn(message: string): readonly string[] {
  return message.match(written) ?? [];
}

/**
 * Bare where no shell reads anything into it, else between single quotes. What a terminal or a pipeline's log would obey is spelled with
 * escapes: a stack is named by a file, and anybody may propose one.
 */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.includes("::")) return text;
  if (!steering.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replaceAll(/[\\']|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=#)#|(?<=:):/gu, (character) =>
    /[\\']/.test(character) ? `\\${character}` : `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );
  return `$'${escaped}'`;
}

/** A command with its words: bare, between single quotes, or with escapes. */
const written = new RegExp(`${start}(?: (?:[\\w@%+=:,./-]+|\\$'(?:\\\\.|[^'\\\\])*'|'[^']*'(?:\\\\''[^']*')*))+`, "g");
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##|::/u;

/**
 * How a stack comes to be in the state store. The CLI takes the key service from the stack's file only where the stack exists already, so it is
 * named; `pulumi stack init` would ask for a passphrase otherwise.
 */
export function stackInitLine(stack: string, secretsProvider: string | undefined): string {
  const provider = secretsProvider === undefined ? "" : ` --secrets-provider ${shellWord(secretsProvider)}`;
  return `pulumi stack init ${shellWord(stack)}${provider}`;
}

/** "1 check", "2 checks", "1,000 checks". */
export function counted(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
