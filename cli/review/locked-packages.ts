import { name as toolName } from "../../package.json";
import { type LockedTool, originOf, type ToolChange } from "../../permissions/report/tool";

/** One package of a lock file. */
export interface Locked extends LockedTool {
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  /** Part of another package's archive. */
  readonly inBundle?: boolean;
}

export type LockedPackages = Readonly<Record<string, Locked>>;

/** Where an installed tool is, below the folder of its project. */
export const toolFolder = `node_modules/${toolName}`;

/** The packages of a lock file's text, by their place. A text that cannot be read has none: the file itself is listed as changed. */
export function lockedIn(text: string | undefined): LockedPackages {
  try {
    return (JSON.parse(text ?? "{}") as { packages?: LockedPackages }).packages ?? {};
  } catch {
    return {};
  }
}

/** What makes two entries the same package. */
export function identity(locked: Locked | undefined): string {
  return JSON.stringify(locked && [locked.version, locked.resolved, locked.integrity, locked.link]);
}

/** How two lock files differ in the tool itself; undefined where they do not. */
export function toolChange(
  base: string | undefined,
  head: string | undefined,
): Omit<ToolChange, "changelog"> | undefined {
  const packages = lockedIn(base);
  const [before, after] = [packages[toolFolder], lockedIn(head)[toolFolder]];
  if (identity(before) === identity(after)) return undefined;
  const { [toolFolder]: _tool, ...others } = packages;
  return { name: toolName, before: before ?? null, after: after ?? null, origins: originsIn(others) };
}

/** Whether a head's packages come only from where the base's do. A review asks no other address on behalf of a change. */
export function comesFromSameOrigins(base: string | undefined, head: string | undefined): boolean {
  const known = originsIn(lockedIn(base));
  return originsIn(lockedIn(head)).every((origin) => known.includes(origin));
}

function originsIn(packages: LockedPackages): readonly string[] {
  const origins = Object.values(packages).flatMap(({ resolved }) =>
    resolved === undefined ? [] : [originOf(resolved)],
  );
  return [...new Set(origins)];
}
