import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { programArguments } from "../own-programs";
import { isExecutable } from "./path-engine";
import { standInMark } from "./stand-in-mark";

/** The Node host of an engine directory: a real one that lies elsewhere, or ours, which a copy of this package starts. */
export type NodeHost =
  | { readonly kind: "real"; readonly file: string }
  | { readonly kind: "stand-in"; readonly node: string; readonly emulator: string };

export interface EngineDirectoryOptions {
  /** The CLI; it is linked, never moved. */
  readonly pulumi: string;
  readonly host: NodeHost;
  /** Folder under which directories are kept, one for each content. */
  readonly cache: string;
  /** Where to make it instead, for a caller that removes it afterwards. */
  readonly directory?: string;
}

const executable = process.platform === "win32" ? "pulumi.exe" : "pulumi";
const ownerFile = "owner.txt";

/**
 * A folder that holds `pulumi` and a Node host side by side.
 *
 * The engine looks for the host on PATH and then beside its own executable *with links resolved*, so a symbolic link to a shared `pulumi`
 * would look in the shared folder. A host cannot lie there: it starts one package, and the built CLI is shared by all
 * copies of it. A hard link has no target to resolve and costs no space.
 */
export function prepareEngineDirectory(options: EngineDirectoryOptions): string {
  const pulumi = realpathSync(options.pulumi);
  const owner = options.host.kind === "stand-in" ? options.host.emulator : dirname(options.host.file);
  const directory = options.directory ?? join(options.cache, keyOf(pulumi, options.host));
  if (isReady(directory)) return directory;
  if (options.directory === undefined) removeOrphans(options.cache);
  const partial = `${directory}.${process.pid}.${randomUUID().slice(0, 8)}`;
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    linkOrCopy(pulumi, join(partial, executable));
    writeHost(partial, options.host);
    writeFileSync(join(partial, ownerFile), owner);
    moveInto(partial, directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return directory;
}

/** Path of the CLI inside an engine directory. */
export function pulumiIn(directory: string): string {
  return join(directory, executable);
}

function isReady(directory: string): boolean {
  return existsSync(join(directory, ownerFile)) && isExecutable(pulumiIn(directory));
}

function keyOf(pulumi: string, host: NodeHost): string {
  const { size, mtimeMs } = statSync(pulumi);
  const facts = JSON.stringify([pulumi, size, mtimeMs, host, hostScript(host)]);
  return createHash("sha256").update(facts).digest("hex").slice(0, 16);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or a file of another owner: only the space is lost.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    chmodSync(to, 0o755);
  }
}

function writeHost(directory: string, host: NodeHost): void {
  if (host.kind === "real") {
    symlinkSync(host.file, join(directory, hostName(".exe")));
    return;
  }
  writeFileSync(join(directory, hostName(".cmd")), hostScript(host), { mode: 0o755 });
}

const hostName = (suffix: string) => `pulumi-language-nodejs${process.platform === "win32" ? suffix : ""}`;

function hostScript(host: NodeHost): string {
  if (host.kind === "real") return "";
  const words = [host.node, ...programArguments("node-host", host.emulator)];
  // UNVERIFIED on Windows: the engine also starts a .cmd of the host's name there.
  if (process.platform === "win32") {
    return `@rem ${standInMark}\r\n@${words.map((word) => `"${word}"`).join(" ")} %*\r\n`;
  }
  // exec: the engine signals the process it started, which must be the host itself and not a shell around it.
  return `#!/bin/sh\n# ${standInMark}\nexec ${words.map(quoted).join(" ")} "$@"\n`;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Two starts at once make the same content; the one that comes second keeps what the first put there. */
function moveInto(partial: string, directory: string): void {
  try {
    renameSync(partial, directory);
  } catch (error) {
    if (isReady(directory)) return;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    // What lies there is incomplete (a caller made the folder beforehand, or files were deleted): replace it.
    rmSync(directory, { recursive: true, force: true });
    renameSync(partial, directory);
  }
}

/** Removes directories of packages that are gone, and what a killed start left. */
function removeOrphans(cache: string): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    try {
      const isPartial = name.includes(".");
      const isOld = Date.now() - statSync(folder).mtimeMs > 3_600_000;
      const isOrphan = !isPartial && !existsSync(readFileSync(join(folder, ownerFile), "utf8"));
      if (isOrphan || (isPartial && isOld)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another start removes it at the same time, or it is not ours; neither may stop this one.
    }
  }
}
