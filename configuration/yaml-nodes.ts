import { counted } from "../model/command-line";
import type { YamlCursor } from "./yaml-cursor";
import { enginePlainScalar, type PlainScalar } from "./yaml-scalars";

const deepest = 32;
const longestKey = 256;

/** What stands behind `&name`, and how many values it counts. */
interface Anchored {
  readonly value: unknown;
  readonly size: number;
}

/**
 * The values of a text as they are read: what they are, how many, how deep. An alias counts everything it stands for, so that a few lines
 * cannot grow without end; and it stands for something that ended before it, never for itself.
 */
export class YamlNodes {
  private readonly anchors = new Map<string, Anchored>();
  private own = 0;
  private repeated = 0;
  private depth = 0;

  constructor(private readonly cursor: YamlCursor) {}

  /** `line` is where it began, for one that goes over several. */
  scalar(source: string, line = this.cursor.line): PlainScalar {
    this.own += 1;
    const value = enginePlainScalar(source);
    if (value !== undefined) return value;
    throw this.cursor.mistakeAt(line, "has a number, a time or a mark that readers disagree on", "put it in quotes");
  }

  text(value: string, line = this.cursor.line): string {
    this.own += 1;
    // The engine writes what it has read once more before it uses it, and loses such a beginning.
    if (!/^(?:\s.*)?\n/s.test(value)) return value;
    throw this.cursor.mistakeAt(
      line,
      "has a text of several lines that begins with a blank or an empty line",
      "begin it with a letter",
    );
  }

  mapping(read: (add: (key: string, value: () => unknown) => void) => void): Readonly<Record<string, unknown>> {
    return this.nested(() => {
      const entries = new Map<string, unknown>();
      read((key, value) => {
        if (entries.has(key)) throw this.cursor.mistake("has a key twice in one mapping", "keep one of them");
        // Held before its value is read: the mistake is reported at the key.
        entries.set(key, undefined);
        entries.set(key, value());
      });
      return Object.fromEntries(entries);
    });
  }

  list(read: (add: (item: unknown) => void) => void): readonly unknown[] {
    return this.nested(() => {
      const items: unknown[] = [];
      read((item) => items.push(item));
      return items;
    });
  }

  /** A key is a text for every reader: no number, no truth value, no null, and nothing to merge. */
  key(source: string, isQuoted: boolean): string {
    const isText = isQuoted ? source !== "<<" : enginePlainScalar(source) === source;
    if (isText && /^\P{C}+$/u.test(source) && source.length <= longestKey) return source;
    throw this.cursor.mistake(
      "has a key that is not plain text",
      `write a name of at most ${counted(longestKey, "character")}; copy what another mapping holds in place of <<`,
    );
  }

  anchor(name: string, read: () => unknown): unknown {
    const before = this.own + this.repeated;
    const value = read();
    this.anchors.set(name, { value, size: this.own + this.repeated - before });
    return value;
  }

  alias(name: string): unknown {
    const anchored = this.anchors.get(name);
    if (anchored === undefined) {
      throw this.cursor.mistake("has an alias (*) without a complete anchor before it", "write the value out");
    }
    this.repeated += anchored.size;
    if (this.repeated > Math.max(1000, 10 * this.own)) {
      throw this.cursor.mistake("has too many aliases of aliases", "write the values out");
    }
    return anchored.value;
  }

  private nested<T>(read: () => T): T {
    this.own += 1;
    this.depth += 1;
    if (this.depth > deepest)
      throw this.cursor.mistake(`is nested more than ${deepest} levels deep`, "make it flatter");
    const value = read();
    this.depth -= 1;
    return value;
  }
}
