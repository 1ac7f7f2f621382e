import { YamlMistake } from "./yaml-mistake";

/** Longer than any stack file that people write, and parsed in a moment. */
export const longestFile = 256 * 1024;

// Characters that the engine treats as a line's end, or that a reviewer cannot see: controls, formats, separators, every blank but the ordinary one.
const unwanted = /[^\P{C}\p{Cn}\p{Co}\n\t]|[^\P{Z} ]|[\uFFFE\uFFFF]/u;

/** A text between double quotes as every reader reads it: JSON's strings, with what no reviewer can see written as a number. */
export function quotedText(text: string): string {
  return JSON.stringify(text).replace(new RegExp(unwanted, "gu"), (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/**
 * The lines of a file, in the one encoding and with the one line end that all readers agree on: UTF-8, LF or CRLF. The engine
 * also reads UTF-16, and ends a line at U+0085, U+2028, U+2029 and a lone CR, which no editor shows.
 */
export function yamlLines(source: Uint8Array | string): readonly string[] {
  const text = (typeof source === "string" ? source : decoded(source)).replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  if (text.length > longestFile) throw tooLong();
  const found = unwanted.exec(text);
  if (found !== null) throw unwantedCharacter(text, found);
  return text.split("\n");
}

/** A file that is too long is not even read. */
export function tooLong(): YamlMistake {
  const kilobytes = longestFile / 1024;
  return new YamlMistake(undefined, `is longer than ${kilobytes} KiB`, "keep only what one stack needs");
}

function decoded(bytes: Uint8Array): string {
  if (bytes.length > longestFile) throw tooLong();
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new YamlMistake(undefined, "is not UTF-8", "save it as UTF-8");
  }
}

function unwantedCharacter(text: string, { 0: character, index }: RegExpExecArray): YamlMistake {
  const before = text.slice(0, index).split("\n");
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const column = (before.at(-1) ?? "").length + 1;
  const fix =
    "remove it, or type an ordinary blank or line end in its place; in a text between double quotes it can be written as \\u and its number";
  return new YamlMistake(before.length, `has the character U+${code} in column ${column}`, fix);
}
