import type { ChangedDependency } from "../../permissions/report";
import { identity, lockedIn } from "./locked-packages";

/** The packages that differ between two texts of `package-lock.json`. A text that cannot be read has none. */
export function changedDependencies(base: string | undefined, head: string | undefined): readonly ChangedDependency[] {
  const [before, after] = [lockedIn(base), lockedIn(head)];
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => path !== "").sort();
  return paths.flatMap((path): readonly ChangedDependency[] => {
    const [one, other] = [before[path], after[path]];
    if (identity(one) === identity(other)) return [];
    const isSame = one?.version !== undefined && one.version === other?.version;
    return [
      {
        name: path.replace(/^node_modules\//, ""),
        before: one ? (one.version ?? "no version") : null,
        // The same version from elsewhere is another package.
        after: other ? `${other.version ?? "no version"}${isSame ? " with another origin or content" : ""}` : null,
      },
    ];
  });
}
