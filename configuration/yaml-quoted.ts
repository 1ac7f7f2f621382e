import type { YamlCursor } from "./yaml-cursor";

const escapes = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["b", "\b"],
  ["f", "\f"],
]);

/** Reads the text in quotes at the cursor, over several lines where `indent` is given and they are indented more than that. */
export function readQuoted(cursor: YamlCursor, indent?: number): string {
  const quote = cursor.rest[0] === '"' ? '"' : "'";
  const startedAt = cursor.line;
  const body = quote === '"' ? /^((?:[^"\\]|\\.)*)("?)/ : /^((?:[^']|'')*)('?)/;
  const parts: string[] = [];
  cursor.skip(1);
  for (;;) {
    const [whole, part = "", end] = body.exec(cursor.rest) ?? ["", "", ""];
    if (part.includes("\t")) throw cursor.mistake("has a tab", "write \\t, or a blank");
    parts.push(part);
    cursor.skip(whole.length);
    if (end !== "") break;
    if (cursor.rest !== "") throw cursor.mistake("ends a line with a backslash", "write the text on one line");
    if (indent === undefined || !cursor.nextLine() || cursor.indent <= indent || cursor.isBlank) {
      throw cursor.mistakeAt(startedAt, "has a text whose quote does not end", `end it with ${quote}`);
    }
    cursor.skip(cursor.indent);
  }
  // Blanks around a line's end are no part of a text: what stays is one blank.
  const trimmed = parts.map((part, index) => {
    const text = index > 0 ? part.replace(/^ +/, "") : part;
    return index < parts.length - 1 ? text.replace(/ +$/, "") : text;
  });
  const folded = trimmed.join(" ");
  return quote === "'" ? folded.replaceAll("''", "'") : unescaped(folded, cursor);
}

function unescaped(text: string, cursor: YamlCursor): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gsu, (_, ...found) => {
    const [x, u, U, letter] = found;
    const code = Number.parseInt(x ?? u ?? U ?? "", 16);
    const known = Number.isNaN(code) ? escapes.get(letter) : character(code);
    if (known !== undefined) return known;
    throw cursor.mistake(
      "has an escape that not every reader knows",
      "write the character itself, or \\u and its number",
    );
  });
}

/** Half a pair is no character; whether two of them are one differs from reader to reader. */
function character(code: number): string | undefined {
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return isHalf || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}
