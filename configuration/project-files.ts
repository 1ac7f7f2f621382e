import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { catalogFileName } from "./catalog-file";
import { policyFileName } from "./policy-file";
import type { Problem } from "./problem";
import { noProject, otherProjectFile, type ProjectFile, projectFileName, readProjectFile } from "./project-file";
import { readStackFile, type StackFile, unreadableStackFile } from "./stack-file";
import { entryAddress } from "./vault-rules";
import { YamlMistake } from "./yaml-mistake";
import { longestFile, tooLong } from "./yaml-source";
import { yamlProblem } from "./yaml-text";

/** One stack's file. It is parsed at most once, on first use. */
export interface StackSource {
  read(): StackFile;
  /** Where its vault entries lie; undefined where that cannot be told. */
  entryAddress(): string | undefined;
}

/** The files of a project that a stack's configuration is held against. */
export interface ProjectFiles {
  /** `Pulumi.yaml`, without which there are no defaults; and what is wrong with any file that every stack shares. */
  readonly project: ProjectFile;
  /** Every `Pulumi.<stack>.yaml` by stack name, also one that cannot be read: that is its own stack's problem. */
  readonly stackFiles: ReadonlyMap<string, StackSource>;
  /** The text of `access-policy.yaml`; undefined without one. */
  readonly policyText: string | undefined;
  /** The text of `api-catalog.yaml`; undefined without one. */
  readonly catalogText?: string | undefined;
}

/** What the engine takes for a project's file. */
export const projectFiles = [projectFileName, "Pulumi.yml", "Pulumi.json"];

/** The folder of the project that a command is started in, found as pulumi finds it: the nearest one upward with a project file. */
export function findProject(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (projectFiles.some((file) => exists(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Reads the stack files, and what all of them share, beside `Pulumi.yaml`. */
export function readProjectFiles(directory: string): ProjectFiles {
  const stacks = readdirSync(directory).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return readSome(directory, stacks.sort());
}

/** The same of one stack only, however many there are. */
export function readOneStack(directory: string, stack: string): ProjectFiles {
  const file = stackFileName(stack);
  const isThere = basename(file) === file && exists(join(directory, file));
  return readSome(directory, isThere ? [stack] : []);
}

/** The name in `Pulumi.yaml`: the namespace of the configuration keys, and a part of the stacks' full names. */
export function readProjectName(directory: string): string {
  return readSome(directory, []).project.name;
}

/** The file that holds a stack's configuration. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function readSome(directory: string, stacks: readonly string[]): ProjectFiles {
  const [own, policy, catalog] = [projectFileName, policyFileName, catalogFileName].map((file) =>
    openSharedFile(join(directory, file)),
  );
  const twins = twinsAmong(stacks);
  const read = own?.content === undefined ? noProject : readProjectFile(own.content);
  const shared = [own, policy, catalog].flatMap((file) => file?.problems ?? []);
  const project = { ...read, problems: [...otherProjectFiles(directory), ...shared, ...read.problems] };
  return {
    project,
    stackFiles: new Map(
      stacks.map((stack) => [
        stack,
        withProblems(openStackFile(join(directory, stackFileName(stack)), project), project, twins(stack)),
      ]),
    ),
    policyText: policy?.content?.toString("utf8"),
    catalogText: catalog?.content?.toString("utf8"),
  };
}

/** The engine takes the first of `Pulumi.json`, `Pulumi.yaml` and `Pulumi.yml`, and stack files that end like it. */
function otherProjectFiles(directory: string): readonly Problem[] {
  return ["Pulumi.json", "Pulumi.yml"].filter((name) => exists(join(directory, name))).map(otherProjectFile);
}

/** A file that every stack shares; without content where there is none, or where it cannot be read. */
function openSharedFile(path: string): { readonly content?: Buffer; readonly problems: readonly Problem[] } {
  try {
    return exists(path) ? { content: readFile(path), problems: [] } : { problems: [] };
  } catch (error) {
    return { problems: [yamlProblem(asMistake(error), basename(path))] };
  }
}

/** Stacks whose names differ in capitals only are one to a file system of macOS or Windows, to GitHub's environments and to Azure. */
function twinsAmong(stacks: readonly string[]): (stack: string) => readonly Problem[] {
  const bySound = new Map<string, string[]>();
  for (const stack of stacks) bySound.set(stack.toLowerCase(), [...(bySound.get(stack.toLowerCase()) ?? []), stack]);
  return (stack) =>
    (bySound.get(stack.toLowerCase()) ?? [])
      .filter((other) => other !== stack)
      .map((other) => ({
        path: stackFileName(stack),
        message: `differs from ${stackFileName(other)} in capitals only`,
        received: undefined,
        allowed:
          "names that differ in more than that: environments, Azure and some file systems treat these two as the same",
        fix: "rename one of the two files, and its stack with pulumi stack rename",
      }));
}

function withProblems(source: StackSource, project: ProjectFile, found: readonly Problem[]): StackSource {
  if (found.length === 0) return source;
  return remembered(() => ({ ...source.read(), problems: [...source.read().problems, ...found] }), project);
}

/** The stack file at that path. What is no file, or cannot be read, is a problem of its stack. */
function openStackFile(path: string, project: ProjectFile): StackSource {
  const file = basename(path);
  try {
    const content = readFile(path);
    return remembered(() => readStackFile(content, file), project);
  } catch (error) {
    const problem = yamlProblem(asMistake(error), file);
    return remembered(() => unreadableStackFile([problem]), project);
  }
}

/** A link would put content into a review that the review does not show; and some of what is no file is never read to its end. */
function readFile(path: string): Buffer {
  const found = lstatSync(path);
  if (found.isFile()) {
    if (found.size > longestFile) throw tooLong();
    return readFileSync(path);
  }
  const what = found.isSymbolicLink() ? "a link" : found.isDirectory() ? "a folder" : "no ordinary file";
  throw new YamlMistake(undefined, `is ${what}`, "put the file itself in its place");
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function asMistake(error: unknown): YamlMistake {
  if (error instanceof YamlMistake) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new YamlMistake(
    undefined,
    `cannot be read (${code ?? String(error)})`,
    "check that it is there, and who may read it",
  );
}

function remembered(read: () => StackFile, { name, defaults }: ProjectFile): StackSource {
  const readOnce = once(read);
  return { read: readOnce, entryAddress: once(() => entryAddress({ ...defaults, ...readOnce().values }, name)) };
}

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
