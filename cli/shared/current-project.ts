import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFileName } from "../../configuration/project-file";
import { projectFiles } from "../../configuration/project-files";
import { isMapping } from "../../configuration/read-value";
import { readYaml } from "../../configuration/yaml-text";
import { name as packageName, version } from "../../package.json";
import { CommandError } from "./document";

/** Throws where a command that works on a project has none, has one of another kind, or is another version than its lock file pins. */
export function demandProject(directory: string): void {
  demandFile(directory);
  demandKind(join(directory, projectFileName));
  demandVersion(directory);
}

function demandFile(directory: string): void {
  if (!projectFiles.some((file) => existsSync(join(directory, file)))) {
    throw new CommandError([
      {
        code: "no-project",
        message: `${directory} has no ${projectFileName}, and neither has any folder above it`,
        fix: "Start the command in the folder of the project.",
      },
    ]);
  }
}

/** A project of ours declares the tenant that each stack is about. A file that cannot be read is reported where it is needed. */
function demandKind(file: string): void {
  if (!existsSync(file)) return;
  const { value, problems } = readYaml(readFileSync(file), projectFileName);
  if (problems.length > 0 || !isMapping(value)) return;
  const { name, config } = value;
  const keys = isMapping(config) ? Object.keys(config) : [];
  if (keys.some((key) => key === "tenant" || key === `${String(name)}:tenant`)) return;
  throw new CommandError([
    {
      code: "other-project",
      message: `${file} is another kind of project: it declares no configuration key "tenant", which has each stack's partner tenant`,
      fix: "Start the command in the folder of a project of partner-access.",
    },
  ]);
}

function demandVersion(directory: string): void {
  const pinned = pinnedVersion(join(directory, "package-lock.json"));
  if (pinned === undefined || pinned === version) return;
  throw new CommandError([
    {
      code: "other-version",
      message: `this is ${packageName} ${version}, and package-lock.json in ${directory} pins ${pinned}`,
      fix: "Install what is pinned: npm ci",
    },
  ]);
}

/** The version of this package in a lock file; undefined without one, and in the repository itself. */
function pinnedVersion(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  // A lock file has some hundred kilobytes: parsed only where it may name us.
  if (!text.includes(`"node_modules/${packageName}"`)) return undefined;
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, { version?: string }> };
    return packages?.[`node_modules/${packageName}`]?.version;
  } catch {
    throw new CommandError([
      { code: "unreadable-lock-file", message: `${file} is not JSON`, fix: "Restore it from the last commit." },
    ]);
  }
}
