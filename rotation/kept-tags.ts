import { recordTagNames } from "./record";
import type { Tags } from "./state-view";

/** Azure takes no more. */
const MOST_TAGS = 15;
const ours = new Set([...recordTagNames, "clientId", "managedBy"]);

/** The tags of an entry that somebody else put there. */
export function foreignTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !ours.has(name)));
}

/** Our tags with as many of the foreign ones as there is room for, by name, and the names of those there is none for. */
export function withForeign(own: Tags, foreign: Tags): { readonly tags: Tags; readonly dropped: readonly string[] } {
  const names = Object.keys(foreign).sort();
  const room = Math.max(0, MOST_TAGS - Object.keys(own).length);
  const kept = names.slice(0, room).map((name) => [name, foreign[name] ?? ""] as const);
  return { tags: { ...Object.fromEntries(kept), ...own }, dropped: names.slice(room) };
}
