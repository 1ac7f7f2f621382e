import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { copyProject } from "./project-copy";

export const project = resolve(__dirname, "../..");
export const packageNames = [
  "partner-insights-access",
  "partner-insights-tokens",
  "partner-insights-emulator",
] as const;
export type PackageName = (typeof packageNames)[number];

export interface Tarballs {
  readonly fileOf: (name: PackageName) => string;
  remove(): void;
}

/** What `npm pack` makes of the files as they are now. It builds in a copy, so that no other suite meets a build in its sources. */
export async function packAll(): Promise<Tarballs> {
  const copy = copyProject();
  const folder = mkdtempSync(join(tmpdir(), "partner-access-tarballs-"));
  try {
    const all = ["--workspaces", "--include-workspace-root", "--pack-destination", folder];
    await npm(["pack", "--silent", ...all], copy.directory);
  } finally {
    copy.remove();
  }
  const files = readdirSync(folder);
  return {
    fileOf(name) {
      const found = files.filter((file) => file.startsWith(name));
      if (found.length !== 1) throw new Error(`${name} is in ${found.length} of ${files.join(", ")}`);
      return join(folder, found[0] ?? "");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** This machine's own settings for npm, without what the npm that started this test says of itself. */
export function npmEnvironment(): Record<string, string> {
  const ofParent =
    /^npm_(?:lifecycle|package|command|execpath|node_execpath|config_(?:local|global)?_?prefix)|^NODE_OPTIONS$|^INIT_CWD$/i;
  const inherited = Object.entries(process.env).filter(([name]) => !ofParent.test(name));
  return Object.fromEntries(inherited.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** npm as a person would run it. */
export async function npm(argv: readonly string[], cwd: string): Promise<string> {
  const node = join(process.execPath, "..");
  const env = { ...npmEnvironment(), PATH: [node, process.env["PATH"]].join(delimiter) };
  const { stdout } = await promisify(execFile)("npm", argv, { cwd, env, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** A folder in which the packages are unpacked over the dependencies that are installed here. Nothing is fetched. */
export async function unpackAll(tarballs: Tarballs): Promise<string> {
  const consumer = mkdtempSync(join(tmpdir(), "partner access consumer "));
  const modules = join(consumer, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(project, "node_modules"))) {
    if (!name.startsWith(".") && !name.startsWith("partner-insights-")) {
      symlinkSync(join(project, "node_modules", name), join(modules, name));
    }
  }
  for (const name of packageNames) {
    const home = join(modules, name);
    mkdirSync(home);
    await promisify(execFile)("tar", ["-xzf", tarballs.fileOf(name), "-C", home, "--strip-components", "1"]);
  }
  return consumer;
}

/** Every file below a folder, by its path in it. */
export function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort();
}

export const bytesIn = (folder: string) =>
  filesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
