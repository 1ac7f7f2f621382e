import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { terminalName, terminalSentence } from "../../permissions/report/escape";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";
import { runNpm } from "../shared/npm";
import { identity, type Locked, lockedIn, toolFolder } from "./locked-packages";

const lockFile = "package-lock.json";
const settingsFile = ".npmrc";

export interface DependencySources {
  /** The folder whose node_modules may be what a lock file asks for. */
  readonly installed: string;
  /** The folder whose settings npm goes by: never a change's own. */
  readonly settings: string;
  /** Never download. */
  readonly isOffline: boolean;
  /** What a person calls the revision. */
  readonly revision: string;
}

/** A lock file that npm could be led by to run something. Its revision's programs cannot be run, the rest of the review can. */
export class UnsafeLockFile extends Error {}

/** Whether a revision is a project that installs this package. */
export async function installsPackage(directory: string): Promise<boolean> {
  return toolFolder in lockedIn(await textOf(join(directory, lockFile)));
}

/**
 * The node_modules that a revision's lock file asks for: one that is installed already, else one that npm installs into the cache, once for
 * each lock file. No script of a package runs.
 * @throws UnsafeLockFile; `offline` where it would have to be downloaded, `install-failed` where npm fails
 */
export async function dependenciesOf(
  directory: string,
  { installed, settings, isOffline, revision }: DependencySources,
  context: Pick<CommandContext, "env" | "signal" | "stderr">,
): Promise<string> {
  const [lock, manifest] = await Promise.all([
    textOf(join(directory, lockFile)),
    textOf(join(directory, "package.json")),
  ]);
  if (await isInstalled(lock, installed)) return join(installed, "node_modules");
  const hash = createHash("sha256").update(`${manifest}\0${lock}`).digest("hex");
  const cache = join(cacheFolder(context.env), "dependencies");
  const kept = join(cache, hash);
  if (existsSync(kept)) return join(kept, "node_modules");
  demandArchives(lock);
  if (isOffline) throw offline(revision);
  context.stderr.write(
    `downloading the dependencies of ${terminalSentence(revision)}: npm ci, kept for the next time\n`,
  );
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const part = await mkdtemp(`${kept}.`);
  try {
    await Promise.all(["package.json", lockFile].map((file) => copyFile(join(directory, file), join(part, file))));
    if (existsSync(join(settings, settingsFile)))
      await copyFile(join(settings, settingsFile), join(part, settingsFile));
    const { exitCode, stderr } = await runNpm("ci", part, context);
    if (exitCode !== 0) throw failed(revision, stderr);
    // Another review may have been faster: then its folder holds the same.
    await rename(part, kept).catch((error: unknown) => {
      if (!existsSync(kept)) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return join(kept, "node_modules");
}

/** Whether a folder's node_modules hold exactly what the lock file names, as npm itself wrote down when it installed them. */
async function isInstalled(lock: string, folder: string): Promise<boolean> {
  const wanted = lockedIn(lock);
  const found = lockedIn(await textOf(join(folder, "node_modules/.package-lock.json")));
  const isSame = (path: string) => identity(wanted[path]) === identity(found[path]);
  const paths = Object.keys(wanted).filter((path) => path !== "");
  // What belongs to another system is not installed.
  const isLeftOut = (path: string) =>
    !(path in found) && (wanted[path]?.optional ?? wanted[path]?.devOptional) === true;
  return (
    paths.length > 0 &&
    paths.every((path) => isSame(path) || isLeftOut(path)) &&
    Object.keys(found).every((path) => path in wanted)
  );
}

/**
 * Npm clones, links and unpacks whatever a lock file names, and git reads settings of what it clones, which can start programs: no option
 * forbids that. So nothing is installed but archives whose content the lock file pins.
 */
function demandArchives(lock: string): void {
  const packages = Object.entries(lockedIn(lock)).filter(([path]) => path !== "");
  const wrong = packages.filter(([, entry]) => !isArchive(entry)).map(([path]) => terminalName(path));
  // An older form says elsewhere where packages come from.
  const isKnown = /"lockfileVersion":\s*[23]\b/.test(lock);
  if (isKnown && wrong.length === 0) return;
  const what = isKnown
    ? `names packages that are no archive with an integrity: ${wrong.slice(0, 5).join(", ")}`
    : "is not of version 2 or 3";
  throw new UnsafeLockFile(`its ${lockFile} ${what}. Nothing of it was installed`);
}

/** Npm can be told to leave addresses out: then it is the registry's archive of this version. */
function isArchive({ version, resolved, integrity, link, inBundle }: Locked): boolean {
  if (link === true) return false;
  if (inBundle === true) return resolved === undefined;
  const isFetched = resolved === undefined ? /^\d+\.\d+\.\d+[\w.+-]*$/.test(version ?? "") : /^https?:/.test(resolved);
  return isFetched && Boolean(integrity);
}

function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

/** As the transpiler and the engine's cache find it. */
function cacheFolder(env: CommandContext["env"]): string {
  const shared = env["XDG_CACHE_HOME"] ?? join(env["HOME"] ?? homedir(), ".cache");
  return env["PARTNER_ACCESS_CACHE"] ?? join(shared, "partner-access");
}

function offline(revision: string): CommandError {
  return new CommandError([
    {
      code: "offline",
      message: `the dependencies of ${terminalSentence(revision)} are not on this machine, and --offline downloads nothing`,
      fix: "Leave out --offline once: they are kept for the next time.",
    },
  ]);
}

function failed(revision: string, said: string): CommandError {
  return new CommandError([
    {
      code: "install-failed",
      message: `npm ci of ${terminalSentence(revision)} failed: ${terminalSentence(said.trim())}`,
      fix: "Compare its package.json with its package-lock.json: npm install writes both.",
    },
  ]);
}
