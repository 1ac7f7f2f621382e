import { existsSync } from "node:fs";
import { join } from "node:path";
import { name as packageName } from "../../package.json";

/** How a revision's own code is run. Paths are absolute. */
export interface RevisionCode {
  /** Loaded first, such as the transpiler of a revision that holds sources. */
  readonly preloads: readonly string[];
  /** Runs the revision's program for every stack that it is asked for. */
  readonly recorder: string;
  /** Compares two recordings; undefined in a revision that has none yet. */
  readonly judge: string | undefined;
}

/** Where sources keep their recorder. The second place is that of revisions from before `PartnerAccess`: their program fits no other. */
const recorderFolders = ["components/partner-access/recording", "deployment/recording"] as const;

/** Whether these are files of the repository itself: there the lock file does not name the tool. */
export function hasToolSources(paths: Pick<ReadonlyMap<string, unknown>, "has">): boolean {
  return recorderFolders.some((folder) => paths.has(`${folder}/main.ts`));
}

/** The folder that a revision of the repository from before reviews gets from here. */
export const recorderFolder = recorderFolders[0];

/** The transpiler of a revision that holds sources. */
export const transpiler = "bin/transpile.js";

/** A revision's own code: its sources, or the package that its lock file installs. Undefined where it has neither. */
export function codeIn(directory: string): RevisionCode | undefined {
  const present = (path: string) => (existsSync(join(directory, path)) ? join(directory, path) : undefined);
  const source = recorderFolders.map((folder) => present(join(folder, "main.ts"))).find((it) => it !== undefined);
  if (source !== undefined) {
    return { preloads: [join(directory, transpiler)], recorder: source, judge: present("cli/review/judge.ts") };
  }
  const built = join("node_modules", packageName, "dist");
  const recorder = present(join(built, "recording.js"));
  return recorder === undefined ? undefined : { preloads: [], recorder, judge: present(join(built, "judge.js")) };
}
