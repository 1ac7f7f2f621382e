import { recordTagNames } from "./record";
import type { Tags } from "./state-view";

/** Azure takes no more. */
const MOST_TAGS = 15;
const ours = new Set([...recordTagNames, "clientId", "managedBy"]);

/** The foreign tags of an entry. */
export function foreignTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !ours.has(name)));
}

/** Our tags with as many foreign ones as fit, by name, and the names of those that do not fit. */
export function withForeign(own: Tags, foreign: Tags): { readonly tags: Tags; readonly dropped: readonly string[] } {
  const names = Object.keys(foreign).sort();
  const room = Math.max(0, MOST_TAGS - Object.keys(own).length);
  const kept = names.slice(0, room).map((name) => [name, foreign[name] ?? ""] as const);
  return { tags: { ...Object.fromEntries(kept), ...own }, dropped: names.slice(room) };
}
