import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageDirectory } from "../shared/own-package";
import type { ProjectText, TemplateReader } from "./template";

/** The files of this package, in the repository as where npm put it. */
export const packageReader: TemplateReader = {
  list: (folder) => readdirSync(join(packageDirectory, folder)).sort(),
  read: (file) => readFileSync(join(packageDirectory, file), "utf8"),
};

/** A file's text; undefined where there is nothing. What is no file of its own (a link, a folder) reads as empty: it is never ours. */
export function textIn(directory: string, path: string): string | undefined {
  const found = lstatSync(join(directory, path), { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isFile() ? readFileSync(join(directory, path), "utf8") : "";
}

/** Writes a new file. False where something stands in its place, which is left as it is. */
export function writeNew(directory: string, { path, text }: ProjectText): boolean {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Replaces a file as a whole or not at all. */
export function replaceFile(directory: string, { path, text }: ProjectText): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.partner-access`;
  writeFileSync(part, text);
  renameSync(part, file);
}

export function deleteFile(directory: string, path: string): void {
  rmSync(join(directory, path));
}
