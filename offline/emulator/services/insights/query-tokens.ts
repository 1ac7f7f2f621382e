/** A piece of a query's text. */
export interface QueryToken {
  readonly kind: "word" | "text" | "number" | "symbol" | "end";
  readonly text: string;
}

const pattern = /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)(?!\w)|(\w+)|(!=|<=|>=|[=<>(),;*]))/y;

/** Splits a query into its pieces; undefined when a part is invalid. A quote inside a text is doubled. */
export function readQueryTokens(query: string): QueryToken[] | undefined {
  const tokens: QueryToken[] = [];
  const text = query.trim();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) return undefined;
    const [, quoted, number, word, symbol] = found;
    if (quoted !== undefined) tokens.push({ kind: "text", text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "symbol", text: symbol ?? "" });
  }
  return [...tokens, { kind: "end", text: "the end" }];
}
