import { invalidQuery } from "./errors";

/** A piece of a `$filter` text. */
export interface Token {
  readonly kind: "string" | "word" | "symbol";
  readonly text: string;
}

const pattern = /\s*(?:'((?:[^']|'')*)'|([A-Za-z0-9_@$](?:[A-Za-z0-9_.@+$:-]*[A-Za-z0-9_@$])?)|([(),/:]))/y;

/** Splits a `$filter` text; refuses what is not OData rather than guessing. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    const found = matchAt(text, at);
    if (found === undefined) throw invalidQuery(`Invalid filter clause: Syntax error at position ${at} in '${text}'.`);
    tokens.push(found.token);
    at = found.next;
  }
  return tokens;
}

function matchAt(text: string, at: number): { token: Token; next: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, quoted, word, symbol] = match;
  const next = pattern.lastIndex;
  if (quoted !== undefined) return { token: { kind: "string", text: quoted.replaceAll("''", "'") }, next };
  if (symbol !== undefined) return { token: { kind: "symbol", text: symbol }, next };
  // `x:x eq` of a lambda: the colon ends the name, but belongs to a date's time.
  const lambda = /^[A-Za-z]\w*(?=:)/.exec(word ?? "")?.[0];
  if (lambda === undefined) return { token: { kind: "word", text: word ?? "" }, next };
  return { token: { kind: "word", text: lambda }, next: next - (word ?? "").length + lambda.length };
}
