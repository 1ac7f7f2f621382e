import { isMap, isScalar, type Node, type Pair, parseDocument } from "yaml";
import { quotedText } from "./yaml-source";

/**
 * A stack file's text with other top-level texts: all that are named go, and these come behind the rest. What is between two of its keys
 * may go along, comments too, so this is for copies. Undefined where the text is no mapping, or one in braces.
 */
export function exchangeSettings(
  text: string,
  names: readonly string[],
  settings: Readonly<Record<string, string>>,
): string | undefined {
  const root = parseDocument(text, { logLevel: "silent" }).contents;
  if (!isMap(root) || root.flow) return undefined;
  const pairs = root.items as readonly Pair<Node, Node | null>[];
  const starts = pairs.map(({ key }) => text.lastIndexOf("\n", (key.range?.[0] ?? 0) - 1) + 1);
  const kept = pairs.flatMap(({ key }, place) =>
    isScalar(key) && names.includes(String(key.value)) ? [] : [text.slice(starts[place], starts[place + 1])],
  );
  const added = Object.entries(settings).map(([key, value]) => `${key}: ${quotedText(value)}\n`);
  return [...kept.map((part) => (part.endsWith("\n") ? part : `${part}\n`)), ...added].join("");
}
