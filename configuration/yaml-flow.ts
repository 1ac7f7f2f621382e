import type { YamlCursor } from "./yaml-cursor";
import type { YamlNodes } from "./yaml-nodes";
import { readQuoted } from "./yaml-quoted";

/** How an unquoted text may begin, in lists and mappings between brackets too. */
export const plainStart = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-[\w.])/;

/** Reads what stands between [ ] or { } at the cursor; it may go over several lines, with comments. */
export function readFlow(cursor: YamlCursor, nodes: YamlNodes): unknown {
  const isList = cursor.rest[0] === "[";
  cursor.skip(1);
  if (isList) return nodes.list((add) => readItems(cursor, "]", () => add(readFlowValue(cursor, nodes))));
  return nodes.mapping((add) =>
    readItems(cursor, "}", () => {
      const key = readFlowKey(cursor, nodes);
      toToken(cursor);
      add(key, () => readFlowValue(cursor, nodes));
    }),
  );
}

function readItems(cursor: YamlCursor, end: string, readItem: () => void): void {
  for (;;) {
    toToken(cursor);
    if (cursor.rest[0] === end) break;
    readItem();
    toToken(cursor);
    if (cursor.rest[0] === end) break;
    if (cursor.rest[0] !== ",") throw cursor.unexpected(`a comma or ${end}`);
    cursor.skip(1);
  }
  cursor.skip(1);
}

function readFlowValue(cursor: YamlCursor, nodes: YamlNodes): unknown {
  const first = cursor.rest[0] ?? "";
  if (first === "[" || first === "{") return readFlow(cursor, nodes);
  if (first === '"' || first === "'") return nodes.text(readQuoted(cursor));
  if (first === "*") return readAlias(cursor, nodes);
  const text = readFlowPlain(cursor);
  if (/^:/.test(cursor.rest)) throw cursor.unexpected("a comma");
  return nodes.scalar(text);
}

function readFlowKey(cursor: YamlCursor, nodes: YamlNodes): string {
  const isQuoted = /^["']/.test(cursor.rest);
  const key = nodes.key(isQuoted ? readQuoted(cursor) : readFlowPlain(cursor), isQuoted);
  cursor.skipBlanks();
  // JSON is YAML: behind a quoted key the colon needs no blank.
  if (!(isQuoted ? /^:/ : /^:( |$)/).test(cursor.rest)) throw cursor.unexpected("a colon after the key");
  cursor.skip(1);
  return key;
}

function readFlowPlain(cursor: YamlCursor): string {
  const [text = ""] = /^(?:[^\t,?[\]{}:# ]|:(?=[^\s,?[\]{}])| +(?=[^\s,?[\]{}:#])|(?<! )#)+/.exec(cursor.rest) ?? [];
  if (!plainStart.test(text)) throw cursor.unexpected("a value");
  cursor.skip(text.length);
  return text;
}

/** `*name`, where that is all there is. */
export function readAlias(cursor: YamlCursor, nodes: YamlNodes): unknown {
  const [whole = "", name] = /^\*([A-Za-z0-9_-]+)(?=[ ,\]}]|$)/.exec(cursor.rest) ?? [];
  if (name === undefined) throw cursor.unexpected("an alias of letters and digits");
  cursor.skip(whole.length);
  return nodes.alias(name);
}

/** Past blanks, line ends and comments; a comment stands at the beginning of a line or behind a blank. */
function toToken(cursor: YamlCursor): void {
  const startedAt = cursor.line;
  for (;;) {
    const before = cursor.at;
    cursor.skipBlanks();
    const isComment = cursor.rest.startsWith("#") && (cursor.at > before || cursor.at === 0);
    if (cursor.rest !== "" && !isComment) return;
    cursor.nextLine();
    if (!cursor.nextContent()) throw cursor.mistakeAt(startedAt, "has a bracket that does not end", "close it");
  }
}
