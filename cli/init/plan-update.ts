import { contentHash, type TemplateRecord } from "./package-manifest";
import type { ProjectText } from "./template";

/** What an update does with one file of a project. */
export type FileUpdate =
  /** Nobody has edited it, or it is new: it becomes what this version writes. */
  | { readonly action: "write"; readonly path: string; readonly before: string | undefined; readonly after: string }
  /** This version no longer writes it, and nobody has edited it. */
  | { readonly action: "delete"; readonly path: string; readonly before: string }
  /** Edited, or deleted, by the project: left alone. */
  | { readonly action: "keep"; readonly path: string; readonly why: "edited" | "deleted" | "yours" };

/**
 * What to do with each file whose text changes between the recorded version and this one. A file that already is what this version writes
 * is not named. `current` answers a file's text, undefined where there is none.
 */
export function planUpdate(
  wanted: readonly ProjectText[],
  { files: recorded }: TemplateRecord,
  current: (path: string) => string | undefined,
): readonly FileUpdate[] {
  const isWanted = new Set(wanted.map(({ path }) => path));
  const gone = Object.keys(recorded).filter((path) => !isWanted.has(path));
  return [
    ...wanted.flatMap(({ path, text }) => updateOf(path, text, recorded[path], current(path))),
    ...gone.flatMap((path) => removalOf(path, recorded[path], current(path))),
  ];
}

function updateOf(path: string, after: string, hash: string | undefined, before: string | undefined): FileUpdate[] {
  if (before !== undefined && contentHash(before) === contentHash(after)) return [];
  if (before === undefined && hash === undefined) return [{ action: "write", path, before, after }];
  // Unchanged by this version: whatever the project made of the file is its own affair.
  if (hash === contentHash(after)) return [];
  if (before === undefined) return [{ action: "keep", path, why: "deleted" }];
  if (hash === undefined) return [{ action: "keep", path, why: "yours" }];
  return contentHash(before) === hash
    ? [{ action: "write", path, before, after }]
    : [{ action: "keep", path, why: "edited" }];
}

function removalOf(path: string, hash: string | undefined, before: string | undefined): FileUpdate[] {
  if (before === undefined) return [];
  return contentHash(before) === hash
    ? [{ action: "delete", path, before }]
    : [{ action: "keep", path, why: "edited" }];
}

/**
 * The record after an update. A file that was left alone keeps the hash it had, so that it counts as edited next time too; once it is what
 * this version writes, it is ours again.
 */
export function recordAfter(
  next: TemplateRecord,
  { files: recorded }: TemplateRecord,
  updates: readonly FileUpdate[],
): TemplateRecord {
  const kept = new Set(updates.flatMap(({ action, path }) => (action === "keep" ? [path] : [])));
  const files = Object.entries(next.files).flatMap(([path, hash]): [string, string][] => {
    if (!kept.has(path)) return [[path, hash]];
    const before = recorded[path];
    return before === undefined ? [] : [[path, before]];
  });
  return { ...next, files: Object.fromEntries(files) };
}
