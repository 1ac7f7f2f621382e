import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { quotedText } from "./yaml-source";

/** What to set: a key with its text or boolean. */
interface Entry {
  readonly key: string;
  readonly value: string | boolean;
}

/**
 * Sets one text or boolean in the mapping at `path` of a YAML text and leaves every other character as it is: comments, spacing, line
 * ends. A missing or empty mapping is made, and an alias becomes a mapping of its own. Undefined where the text holds something else there.
 */
export function setInMapping(text: string, path: readonly [string, string], entry: Entry): string | undefined {
  const [outer, inner] = path;
  const document = parseDocument(text, { logLevel: "silent" });
  const parent: unknown = document.get(outer, true);
  if (!isMap(parent)) return undefined;
  const pair = pairOf(parent, inner);
  const written = `${entry.key}: ${render(entry.value)}`;
  if (pair === undefined) {
    const below = `${lineBreak(text)}${indentOf(text, parent)}  ${written}`;
    return insert(text, parent, `${inner}:${parent.flow ? ` { ${written} }` : below}`);
  }
  const node = pair.value;
  if (isMap(node)) return setIn(text, node, entry);
  if (node === null || isEmpty(node)) return afterColon(text, pair, `{ ${written} }`);
  if (!isAlias(node)) return undefined;
  const value: unknown = node.resolve(document)?.toJS(document);
  if (typeof value !== "object" || value === null) return undefined;
  return setInMapping(splice(text, startOf(node), endOf(node), JSON.stringify(value)), path, entry);
}

function setIn(text: string, map: YAMLMap, { key, value }: Entry): string {
  const pair = pairOf(map, key);
  if (pair === undefined) return insert(text, map, `${key}: ${render(value)}`);
  const node = pair.value;
  if (node === null || isEmpty(node)) return afterColon(text, pair, render(value));
  const end = endOf(node);
  // A block scalar ends after its last line break.
  const isBlock = text[end - 1] === "\n";
  return splice(text, startOf(node), end, isBlock ? `${render(value)}${lineBreak(text)}` : render(value));
}

/** Adds an entry behind the last one, on a line of its own unless the mapping is in braces. */
function insert(text: string, map: YAMLMap, entry: string): string {
  const last = map.items.at(-1) as Pair<Node, Node | null> | undefined;
  if (map.flow) {
    if (last === undefined) return splice(text, startOf(map) + 1, endOf(map) - 1, ` ${entry} `);
    const end = endOf(last.value ?? last.key);
    return splice(text, end, end, `, ${entry}`);
  }
  const end = last === undefined ? endOf(map) : endOf(last.value ?? last.key);
  const line = `${indentOf(text, map)}${entry}`;
  if (text[end - 1] === "\n") return splice(text, end, end, `${line}${lineBreak(text)}`);
  const rest = text.slice(end).search(/\r?\n/);
  const lineEnd = rest === -1 ? text.length : end + rest;
  return splice(text, lineEnd, lineEnd, `${lineBreak(text)}${line}`);
}

function afterColon(text: string, pair: Pair, value: string): string {
  const colon = text.indexOf(":", endOf(pair.key as Node)) + 1;
  return splice(text, colon, colon, ` ${value}`);
}

function pairOf(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  const pairs = map.items as readonly Pair<Node, Node | null>[];
  return pairs.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

const isEmpty = (node: Node) => isScalar(node) && node.value === null && !node.source;
const startOf = (node: Node) => node.range?.[0] ?? 0;

/** The end of what is written: a block collection's own range goes on over the comments behind it. */
function endOf(node: Node): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1) as Pair<Node, Node | null> | undefined;
    if (last !== undefined) return endOf(last.value ?? last.key);
  }
  if (isSeq(node) && !node.flow) {
    const last = node.items.at(-1) as Node | undefined;
    if (last !== undefined) return endOf(last);
  }
  return node.range?.[1] ?? 0;
}

function indentOf(text: string, map: YAMLMap): string {
  const first = map.items[0]?.key as Node | undefined;
  const start = first === undefined ? startOf(map) : startOf(first);
  return /^ */.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1))?.[0] ?? "";
}

const lineBreak = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");
const splice = (text: string, from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to);

/** In quotes, whatever it looks like: the engine would read a bare 2026-03-01 as a time, and 1_000 as a number. */
const render = (value: string | boolean) => (typeof value === "boolean" ? String(value) : quotedText(value));
