import type { ChangedFile, Unjudged } from "../../permissions/report";

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

/** The files that differ, by what they decide about. */
export function changedFiles(
  base: ReadonlyMap<string, Buffer>,
  head: ReadonlyMap<string, Buffer>,
): readonly ChangedFile[] {
  return [...new Set([...base.keys(), ...head.keys()])].sort().flatMap((path): readonly ChangedFile[] => {
    const [before, after] = [base.get(path), head.get(path)];
    if (before === undefined) return [{ path, change: "added" }];
    if (after === undefined) return [{ path, change: "removed" }];
    return before.equals(after) ? [] : [{ path, change: "changed" }];
  });
}

/** What the report has to list because it cannot judge it. */
export function unjudgedFiles(files: readonly ChangedFile[]): Omit<Unjudged, "dependencies"> {
  const ofKind = (kind: FileKind) => files.filter(({ path }) => kindOf(path) === kind);
  return { code: ofKind("code"), lockFiles: ofKind("lock-file"), workflows: ofKind("workflow") };
}
