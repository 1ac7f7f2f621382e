import type { ChangedFile, Unjudged } from "../../permissions/report";
import { type FileEntries, type FileEntry, linkMode, repositoryMode } from "./file-entries";

/** What a path decides about. */
export type FileKind = "configuration" | "lock-file" | "workflow" | "harmless" | "code";

const kinds: readonly (readonly [FileKind, RegExp])[] = [
  ["configuration", /^(Pulumi\.[^/]+\.yaml|access-policy\.yaml)$/],
  ["lock-file", /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|go\.mod)$/],
  ["workflow", /^(\.github|azure-pipelines|\.ci|\.azuredevops)\/|^azure-pipelines[^/]*\.ya?ml$/],
  ["harmless", /^(tests|docs|decisions|bench)\/|^[^/]+\.md$|^LICENSE$/],
];

/** Sorts a path. Whatever is not known to be harmless counts as code. */
export function kindOf(path: string): FileKind {
  return kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? "code";
}

/** The files that differ in content, mode or kind. */
export function changedFiles(base: FileEntries, head: FileEntries): readonly ChangedFile[] {
  return [...new Set([...base.keys(), ...head.keys()])].sort().flatMap((path): readonly ChangedFile[] => {
    const [before, after] = [base.get(path), head.get(path)];
    if (before !== undefined && after !== undefined && before.mode === after.mode) {
      return before.content.equals(after.content) ? [] : [{ path, change: "changed", ...noted(before, after) }];
    }
    return [changedFile(path, before, after)];
  });
}

/** One file that differs between two sides, by git's mode of each; undefined where it does not exist. */
export function changedFile(
  path: string,
  before: Pick<FileEntry, "mode"> | undefined,
  after: Pick<FileEntry, "mode"> | undefined,
): ChangedFile {
  const change = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return { path, change, ...noted(before, after) };
}

/** What a mode means, where it is not a usual file's, or another one than before. */
function noted(before: Pick<FileEntry, "mode"> | undefined, after: Pick<FileEntry, "mode"> | undefined) {
  const [was, is] = [before && modeText(before.mode), after && modeText(after.mode)];
  if (was !== undefined && is !== undefined && was !== is) return { note: `${was} before, ${is} now` };
  const only = is ?? was ?? usual;
  return only === usual ? {} : { note: only };
}

const usual = "a file";

function modeText(mode: string): string {
  if (mode === "100644") return usual;
  if (mode === "100755") return "a file that can be run";
  if (mode === linkMode) return "a link";
  return mode === repositoryMode ? "another repository" : `mode ${mode}`;
}

/** What the report has to list because it cannot judge it. */
export function unjudgedFiles(files: readonly ChangedFile[]): Omit<Unjudged, "dependencies"> {
  const ofKind = (kind: FileKind) => files.filter(({ path }) => kindOf(path) === kind);
  return { code: ofKind("code"), lockFiles: ofKind("lock-file"), workflows: ofKind("workflow") };
}
