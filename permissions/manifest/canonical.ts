import { createHash } from "node:crypto";
import type { AccessManifest } from "./manifest";

// Invisible marks could make two texts look alike in an editor. Escaped, they are plain to see and still the same JSON.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The manifest as text: sorted, indented, the same bytes for the same content. */
export function manifestJson(manifest: AccessManifest): string {
  return `${escapeInvisible(JSON.stringify(sorted(manifest), undefined, 2))}\n`;
}

/** `sha256:` and the hash of `manifestJson`: what an approval is bound to. */
export function manifestDigest(manifest: AccessManifest): string {
  return digestOf(manifestJson(manifest));
}

/** One digest over many stacks, whatever their order. */
export function overallDigest(stacks: readonly { readonly stack: string; readonly digest: string }[]): string {
  const lines = stacks.map(({ stack, digest }) => JSON.stringify([stack, digest]));
  return digestOf(`${lines.sort().join("\n")}\n`);
}

/** The same manifest with every list in order and nothing twice. */
export function sortManifest(manifest: AccessManifest): AccessManifest {
  return sorted(manifest) as AccessManifest;
}

function inOrder<T>(keyed: readonly { readonly item: T; readonly key: string }[]): readonly T[] {
  return [...keyed]
    .sort((one, other) => compareText(one.key, other.key))
    .filter(({ key }, index, all) => key !== all[index - 1]?.key)
    .map(({ item }) => item);
}

/** Code unit order. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}

/** Sorts the keys of every object and the items of every list: all lists of a manifest are sets. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return inOrder(value.map(sorted).map((item) => ({ item, key: JSON.stringify(item) })));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => compareText(one, other));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** Only inside JSON strings can these occur: JSON.stringify writes none of its own but the line feeds of the indent. */
function escapeInvisible(json: string): string {
  return json.replace(invisible, (mark) => (mark === "\n" ? mark : escaped(mark)));
}

function escaped(mark: string): string {
  return [...Array(mark.length).keys()]
    .map((index) => `\\u${mark.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}
