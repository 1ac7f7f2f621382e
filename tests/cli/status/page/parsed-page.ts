import { type DefaultTreeAdapterMap, parse } from "parse5";

type Node = DefaultTreeAdapterMap["node"];
export type Element = DefaultTreeAdapterMap["element"];

/** Every element of a page, as a browser reads it, in the order of the text. */
export function elementsOf(page: string): readonly Element[] {
  const found: Element[] = [];
  const visit = (node: Node) => {
    if ("tagName" in node) found.push(node);
    for (const child of "childNodes" in node ? node.childNodes : []) visit(child);
  };
  visit(parse(page));
  return found;
}

/** What is there, without what it says: names of elements and of their attributes. */
export function skeletonOf(elements: readonly Element[]): readonly string[] {
  return elements.map(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => name)].join(" "));
}

export function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((it) => it.name === name)?.value;
}

/** The text of an element, as a browser shows it. */
export function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}
