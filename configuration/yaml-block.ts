import { readBlockText } from "./yaml-block-text";
import type { YamlCursor } from "./yaml-cursor";
import { plainStart, readAlias, readFlow } from "./yaml-flow";
import type { YamlNodes } from "./yaml-nodes";
import { readQuoted } from "./yaml-quoted";

const dash = /^-( |$)/;
const plainKey = /^(?:[^:#\t]|:(?! |$)|(?<! )#)+(?=:( |$))/;
const quotedKey = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*') *:( |$)/;

/** Reads lists and mappings by their indentation. The cursor stands at the first character of one. */
export class BlockReader {
  constructor(
    private readonly cursor: YamlCursor,
    private readonly nodes: YamlNodes,
  ) {}

  /** A value that begins at the cursor; what it holds is indented more than `parent`. */
  readBlock(parent: number): unknown {
    if (dash.test(this.cursor.rest)) return this.readList();
    return this.isKey ? this.readMapping() : this.readInline(parent);
  }

  private get isKey(): boolean {
    const { rest } = this.cursor;
    return quotedKey.test(rest) || (plainStart.test(rest) && plainKey.test(rest));
  }

  private readList(): unknown {
    const { cursor } = this;
    const indent = cursor.at;
    return this.nodes.list((add) => {
      do {
        cursor.skip(1);
        cursor.skipBlanks();
        add(dash.test(cursor.rest) || this.isKey ? this.readBlock(indent) : this.readValue(indent, false));
      } while (this.goesOn(indent) && dash.test(cursor.rest));
    });
  }

  private readMapping(): unknown {
    const { cursor } = this;
    const indent = cursor.at;
    return this.nodes.mapping((add) => {
      do add(this.readKey(), () => this.readValue(indent, true));
      while (this.goesOn(indent) && !dash.test(cursor.rest));
    });
  }

  /** Whether the next line belongs to the same list or mapping. */
  private goesOn(indent: number): boolean {
    if (!this.cursor.nextContent() || this.cursor.at < indent) return false;
    if (this.cursor.at === indent) return true;
    throw this.cursor.mistake(
      "is indented more than what it belongs to",
      "line it up with the line above, or quote the text above",
    );
  }

  private readKey(): string {
    const { cursor } = this;
    if (!this.isKey) throw cursor.unexpected("a key and a colon");
    const isQuoted = quotedKey.test(cursor.rest);
    const [source = ""] = isQuoted ? [] : (plainKey.exec(cursor.rest) ?? []);
    const key = this.nodes.key(isQuoted ? readQuoted(cursor) : source.trimEnd(), isQuoted);
    cursor.skip(source.length);
    cursor.skipBlanks();
    cursor.skip(1);
    return key;
  }

  /** What stands behind `key:` or `-`, on that line or below. */
  private readValue(parent: number, isInMapping: boolean): unknown {
    const { cursor, nodes } = this;
    const startedAt = cursor.line;
    cursor.skipBlanks();
    const [whole = "", name] = /^&([A-Za-z0-9_-]+)(?= |$) */.exec(cursor.rest) ?? [];
    cursor.skip(whole.length);
    const read = () => (/^(#|$)/.test(cursor.rest) ? this.readBelow(parent, isInMapping) : this.readInline(parent));
    if (name === undefined) return read();
    const value = nodes.anchor(name, read);
    if (value === null) throw cursor.mistakeAt(startedAt, "has an anchor (&) without a value", "remove it");
    return value;
  }

  private readBelow(parent: number, isInMapping: boolean): unknown {
    const { cursor } = this;
    cursor.nextLine();
    if (cursor.nextContent()) {
      if (cursor.at > parent) return this.readBlock(parent);
      // A list may stand as far left as the key it belongs to.
      if (isInMapping && cursor.at === parent && dash.test(cursor.rest)) return this.readList();
    }
    return this.nodes.scalar("");
  }

  /** A value that is no list or mapping by indentation, to the line behind it. */
  private readInline(parent: number): unknown {
    const { cursor, nodes } = this;
    const { line } = cursor;
    const first = cursor.rest[0] ?? "";
    if (first === "|" || first === ">") return nodes.text(readBlockText(cursor, parent), line);
    if (/^[[{"'*]/.test(first)) {
      const value = this.readEnclosed(first, parent);
      cursor.endLine();
      return value;
    }
    return nodes.scalar(readPlain(cursor, parent), line);
  }

  private readEnclosed(first: string, parent: number): unknown {
    const { cursor, nodes } = this;
    if (first === "*") return readAlias(cursor, nodes);
    return first === "[" || first === "{" ? readFlow(cursor, nodes) : nodes.text(readQuoted(cursor, parent));
  }
}

/** An unquoted text, to the line behind it. It goes on over lines that are indented more than `parent`, up to a comment or an empty line. */
function readPlain(cursor: YamlCursor, parent: number): string {
  const parts: string[] = [];
  do {
    const [body = ""] = plainStart.test(cursor.rest) ? (/^(?:[^:#\t]|:(?! |$)|(?<! )#)+/.exec(cursor.rest) ?? []) : [];
    if (body === "") throw cursor.unexpected("a value");
    parts.push(body.trimEnd());
    cursor.skip(body.trimEnd().length);
    const isLast = cursor.rest.trimStart() !== "";
    cursor.endLine();
    if (isLast) break;
    cursor.skipBlanks();
  } while (!cursor.isEnd && !/^(#|$)/.test(cursor.rest) && cursor.at > parent);
  return parts.join(" ");
}
