import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(__dirname, "../..");
/** What the program and its review are made of, and nothing else of the project. */
const paths = [
  ...["bin", "cli", "clients", "components", "configuration", "model", "permissions", "rotation", "tokens"],
  ...["index.ts", "package.json", "package-lock.json", "Pulumi.yaml", "Pulumi.dev.yaml"],
  ...["access-policy.yaml", "biome.json", "README.md"],
];

/** Puts the program into a folder, with the dependencies of this checkout. One process: file by file from here takes four times as long. */
export async function copyProgram(directory: string): Promise<void> {
  await promisify(execFile)("cp", ["-R", ...paths.map((path) => join(root, path)), directory]);
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
}
