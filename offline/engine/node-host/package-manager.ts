import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { PackageManager, RuntimeOptions } from "./runtime-options";

/** A package and the version that the lock file names. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
}

interface LockFile {
  readonly packages?: Readonly<Record<string, { readonly version?: string; readonly link?: boolean }>>;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const lockFiles: readonly (readonly [PackageManager, readonly string[]])[] = [
  ["yarn", ["yarn.lock"]],
  ["pnpm", ["pnpm-lock.yaml"]],
  ["bun", ["bun.lock", "bun.lockb"]],
];

/** The package manager of a project: the one named, else the one whose lock file lies there and that is installed, else npm. */
export function choosePackageManager(
  named: RuntimeOptions["packagemanager"],
  directory: string,
  env: NodeJS.ProcessEnv,
): PackageManager {
  if (named !== "auto") return named;
  const prefersYarn = ["1", "true"].includes((env["PULUMI_PREFER_YARN"] ?? "").toLowerCase());
  const fits = lockFiles.find(
    ([manager, files]) =>
      ((manager === "yarn" && prefersYarn) || files.some((file) => existsSync(join(directory, file)))) &&
      isOnPath(manager, env),
  );
  return fits?.[0] ?? "npm";
}

function isOnPath(name: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.cmd`)));
}

/** Arguments that install what the lock file and manifest name. */
export function installArguments(manager: PackageManager, isProduction: boolean): string[] {
  const quiet = manager === "npm" ? ["--loglevel=error"] : [];
  const production = { npm: ["--omit=dev"], yarn: ["--production"], pnpm: ["--prod"], bun: [] }[manager];
  return ["install", ...quiet, ...(isProduction ? production : [])];
}

/** The folder whose lock file covers a program: its own, or one above it. */
export function findUpwards(file: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The packages in an npm lock file; without `isTransitive` only those that package.json names. */
export function lockedPackages(directory: string, isTransitive: boolean): LockedPackage[] {
  const root = findUpwards("package-lock.json", directory);
  if (root === undefined) throw new Error(`no package-lock.json found (searching upwards from ${directory})`);
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile;
  const entries = Object.entries(lock.packages ?? {}).flatMap(([path, { version }]) => {
    const inside = path.lastIndexOf("node_modules/");
    if (inside < 0 || version === undefined) return [];
    return [
      { name: path.slice(inside + "node_modules/".length), version, isTop: path.indexOf("node_modules/") === inside },
    ];
  });
  if (isTransitive) return entries.map(({ name, version }) => ({ name, version }));
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const direct = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  return entries.filter(({ name, isTop }) => isTop && direct.has(name)).map(({ name, version }) => ({ name, version }));
}
