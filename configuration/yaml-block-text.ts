import type { YamlCursor } from "./yaml-cursor";

/**
 * Reads a text behind `|` or `>`, whose lines are indented more than `parent`, to the line behind it. Folds as the engine does: between
 * two lines that begin with no blank of their own, one line end is a blank.
 */
export function readBlockText(cursor: YamlCursor, parent: number): string {
  const [whole, style, chomping] = /^([|>])([+-]?)(?: +#.*| *)$/.exec(cursor.rest) ?? [];
  if (whole === undefined) throw cursor.unexpected("nothing but + or - behind | or >");
  const startedAt = cursor.line;
  let emptyLines = skipEmptyLines(cursor);
  const { indent } = cursor;
  if (cursor.isEnd || indent <= parent) {
    throw cursor.mistakeAt(startedAt, "has | or > without a text below", "write the text, indented more than its key");
  }
  if (emptyLines.longest > indent) throw onlyBlanks(cursor);

  let text = "";
  let lineEnd = "";
  let wasIndented = true;
  while (!cursor.isEnd && cursor.indent >= indent) {
    cursor.skip(indent);
    const line = cursor.rest;
    if (line.includes("\t")) throw cursor.mistake("has a tab", "write blanks");
    const isIndented = line.startsWith(" ");
    const isFolded = style === ">" && !isIndented && !wasIndented;
    const between = isFolded && emptyLines.ends === "" ? " " : emptyLines.ends;
    text += (isFolded ? "" : lineEnd) + between + line;
    lineEnd = cursor.isLastLine ? "" : "\n";
    wasIndented = isIndented;
    emptyLines = skipEmptyLines(cursor);
    if (emptyLines.longest > indent) throw onlyBlanks(cursor);
  }
  return text + (chomping === "-" ? "" : lineEnd) + (chomping === "+" ? emptyLines.ends : "");
}

/** Goes from one line with text to the next. */
function skipEmptyLines(cursor: YamlCursor): { readonly ends: string; readonly longest: number } {
  let ends = "";
  let longest = 0;
  cursor.nextLine();
  while (!cursor.isEnd && cursor.isBlank) {
    if (!cursor.isLastLine) ends += "\n";
    longest = Math.max(longest, cursor.indent);
    cursor.nextLine();
  }
  return { ends, longest };
}

function onlyBlanks(cursor: YamlCursor) {
  return cursor.mistake("comes after a line that holds only blanks, more than the text is indented", "empty that line");
}
