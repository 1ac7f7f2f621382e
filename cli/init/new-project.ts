import { existsSync, mkdirSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { projectFiles } from "../../configuration/project-files";
import { commandLine, shellWord } from "../../model/command-line";
import { devDependencies, engines, name as packageName, version } from "../../package.json";
import type { CommandContext, ExitCode } from "../shared/command";
import { CommandError, type Problem, resultStream, writeDocument } from "../shared/document";
import { runNpm } from "../shared/npm";
import type { InitCommandOptions } from "./declaration";
import { newManifest, recordOf, type Versions } from "./package-manifest";
import { packageReader, textIn, writeNew } from "./project-folder";
import { projectName } from "./project-name";
import { type PipelineSystem, type ProjectText, templateFiles } from "./template";

/** The versions that this package is tested with. */
const versions: Versions = {
  ...{ name: packageName, version, node: engines.node },
  sdks: {
    "@pulumi/azure-native": devDependencies["@pulumi/azure-native"],
    "@pulumi/azuread": devDependencies["@pulumi/azuread"],
    "@pulumi/pulumi": devDependencies["@pulumi/pulumi"],
  },
};

const manifestFile = "package.json";
const answer = { schema: "partner-access/init/1", stacks: [] } as const;

/** Writes the files of a new project, and installs what they need. */
export async function newProject(
  directory: string,
  options: InitCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const folder = resolve(context.workingDirectory, directory);
  const name = projectName(options.name, basename(folder));
  refuseProject(folder);
  const system: PipelineSystem = options.azureDevops ? "azure-devops" : "github";
  const files = projectTexts(name, system);
  const [written, kept] = options.dryRun ? sorted(folder, files) : write(folder, files);
  const problems = options.dryRun || options.skipInstall ? [] : await install(folder, context);
  const ok = problems.length === 0;
  if (options.json) {
    const project = { directory: folder, name, pipelines: system, version };
    const listed = [
      ...written.map((path) => ({ path, action: "write" })),
      ...kept.map((path) => ({ path, action: "keep", why: "yours" })),
    ];
    writeDocument(context, { ...answer, ok, ...{ project, files: listed, written: !options.dryRun }, problems });
  } else {
    resultStream(options, context).write([...written, ""].join("\n"));
  }
  for (const path of kept) context.stderr.write(`left as it is: ${path}\n`);
  if (kept.includes(".gitignore") && !/^\/?node_modules\/?$/m.test(textIn(folder, ".gitignore") ?? "")) {
    context.stderr.write("add node_modules/ to .gitignore: nothing in it belongs into a commit\n");
  }
  for (const { message, fix } of problems) context.stderr.write(`${message}\n  ${fix}\n`);
  if (!options.dryRun) context.stderr.write(nextSteps(folder, { isInstalled: ok && !options.skipInstall }, context));
  return ok ? 0 : 1;
}

/** A folder that is a project already would become two in one: nothing is written into it. */
function refuseProject(folder: string): void {
  const found = [manifestFile, ...projectFiles].filter((file) => existsSync(join(folder, file)));
  if (found.length === 0) return;
  throw new CommandError([
    {
      code: "project-exists",
      message: `${folder} is a project already: it has ${found.join(" and ")}`,
      fix: `Name a folder that is none yet. To bring this project up to date: ${commandLine("init", "--update")}`,
    },
  ]);
}

function projectTexts(name: string, system: PipelineSystem): readonly ProjectText[] {
  const files = templateFiles(name, system, packageReader);
  return [{ path: manifestFile, text: newManifest(name, versions, recordOf(files, system, version)) }, ...files];
}

type Paths = readonly string[];

function sorted(folder: string, files: readonly ProjectText[]): readonly [written: Paths, kept: Paths] {
  const paths = files.map(({ path }) => path);
  const isThere = (path: string) => textIn(folder, path) !== undefined;
  return [paths.filter((path) => !isThere(path)), paths.filter(isThere)];
}

function write(folder: string, files: readonly ProjectText[]): readonly [written: Paths, kept: Paths] {
  mkdirSync(folder, { recursive: true });
  const kept = files.filter((file) => !writeNew(folder, file)).map(({ path }) => path);
  return [files.map(({ path }) => path).filter((path) => !kept.includes(path)), kept];
}

/** Without scripts of packages, as every workflow installs them. The files stand, whatever becomes of it. */
async function install(folder: string, { env, signal, stderr }: CommandContext): Promise<readonly Problem[]> {
  stderr.write("npm install: takes a minute\n");
  const failed = (message: string): readonly Problem[] => [
    { code: "install-failed", message, fix: `Mend it, then, in ${folder}: npm install --ignore-scripts` },
  ];
  try {
    const { exitCode, stderr: said } = await runNpm("install", folder, { env, signal });
    return exitCode === 0 ? [] : failed(`npm install ended with exit code ${exitCode}: ${said.trim()}`);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return failed(code === "ENOENT" ? "npm is not on the PATH" : `npm install did not run: ${message}`);
  }
}

function nextSteps(
  folder: string,
  { isInstalled }: { readonly isInstalled: boolean },
  { workingDirectory }: CommandContext,
): string {
  const place = relative(workingDirectory, folder);
  return [
    "Next:",
    ...(place === "" ? [] : [`  cd ${shellWord(place)}`]),
    ...(isInstalled ? [] : ["  npm install --ignore-scripts"]),
    "  git init, and commit everything, package-lock.json included",
    `  ${commandLine("new", "contoso")}`,
    "",
  ].join("\n");
}
