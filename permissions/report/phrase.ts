/** A piece of text with its origin: ours, a name from outside, or a sentence from outside. Each form of the report escapes the last two. */
type Piece = string | { readonly name: string } | { readonly sentence: string };
export type Phrase = readonly Piece[];

/** Writes a phrase; what is put in is a name from outside, unless it is a phrase itself. */
export function phrase(texts: TemplateStringsArray, ...values: readonly (string | Phrase)[]): Phrase {
  return texts.flatMap((text, index): Phrase => {
    const value = values[index];
    const inserted: Phrase = value === undefined ? [] : typeof value === "string" ? [{ name: value }] : value;
    return text === "" ? inserted : [text, ...inserted];
  });
}

/** Several phrases in a row. */
export function joined(phrases: readonly Phrase[], separator: string): Phrase {
  return phrases.flatMap((item, index) => (index === 0 ? item : [separator, ...item]));
}

/** How a form of the report writes what comes from outside. */
export interface Sink {
  readonly name: (text: string) => string;
  readonly sentence: (text: string) => string;
}

/** The phrase in one form. */
export function write(text: Phrase, sink: Sink): string {
  return text
    .map((piece) => {
      if (typeof piece === "string") return piece;
      return "name" in piece ? sink.name(piece.name) : sink.sentence(piece.sentence);
    })
    .join("");
}
