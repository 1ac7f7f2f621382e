import type { Problem } from "./problem";
import { isMapping } from "./read-value";
import { showKey } from "./show-value";
import { configurationText } from "./stack-file";
import { type ConfigurationValues, usualProjectName } from "./values";
import { readYaml } from "./yaml-text";

/** The file of the project, which every stack shares. */
export const projectFileName = "Pulumi.yaml";

/** Where Node looks without a `main`: the folder itself. */
const usualProgram = ".";

/** What `Pulumi.yaml` says about stacks. */
export interface ProjectFile {
  /** The name of the project: the namespace of every configuration key of ours. */
  readonly name: string;
  /** The program, by its path in the project. */
  readonly main: string;
  /** What the engine adds to the values of a stack that leaves a key out. */
  readonly defaults: ConfigurationValues;
  readonly problems: readonly Problem[];
}

/** Without a readable `Pulumi.yaml` there are no defaults. */
export const noProject: ProjectFile = { name: usualProjectName, main: usualProgram, defaults: {}, problems: [] };

/** Reads the content of `Pulumi.yaml`. What would lead the engine to other values than a reader of the stack files is refused. */
export function readProjectFile(source: Uint8Array | string): ProjectFile {
  const { value, problems } = readYaml(source, projectFileName);
  if (problems.length > 0) return { ...noProject, problems };
  const { name: written, main, stackConfigDir, config = {} } = isMapping(value) ? value : {};
  const name = isName(written) ? written : usualProjectName;
  const entries = isMapping(config) ? Object.entries(config) : [];
  const wrong = [
    ...(isName(written) ? [] : [noName()]),
    ...(stackConfigDir === undefined
      ? []
      : [
          refusal(
            "stackConfigDir",
            "moves the stack files to another folder",
            "remove it, and keep them beside Pulumi.yaml",
          ),
        ]),
    ...(isMapping(config) ? [] : [refusal("config", "is not a mapping", "write one key for each line below it")]),
    ...entries.filter(([key]) => !/^[\w-]+(:[\w-]+)?$/.test(key)).map(([key]) => pathKey(key)),
    ...entries.filter(([key]) => isOtherForm(key, name, entries)).map(([key]) => twice(key)),
    ...entries.filter(([, declaration]) => holdsTime(defaultOf(declaration))).map(([key]) => time(key)),
  ];
  const defaults = entries.flatMap(([key, declaration]) => {
    const added = defaultOf(declaration);
    return added === undefined || added === null ? [] : [[fullKey(key, name), configurationText(added)] as const];
  });
  return {
    name,
    main: typeof main === "string" ? main : usualProgram,
    defaults: Object.fromEntries(defaults),
    problems: wrong,
  };
}

/** What the engine accepts (https://www.pulumi.com/docs/iac/concepts/projects/), and what can stand before a colon. */
function isName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9_.-]{1,100}$/.test(name);
}

/** A value that stands alone, or a list, is short for a declaration that has it for a default. */
function defaultOf(declaration: unknown): unknown {
  if (!isMapping(declaration)) return declaration;
  return declaration["default"] ?? declaration["value"];
}

function fullKey(key: string, name: string): string {
  return key.includes(":") ? key : `${name}:${key}`;
}

/** Whether the same key is declared in the short form too: the engine takes the one whose text comes first. */
function isOtherForm(key: string, name: string, entries: readonly (readonly [string, unknown])[]): boolean {
  return entries.some(([other]) => other !== key && fullKey(other, name) === key);
}

/** A time outside quotes, which the engine prints otherwise in a default than in a stack file. */
function holdsTime(value: unknown): boolean {
  if (typeof value === "string") return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC$/.test(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsTime);
}

function twice(key: string): Problem {
  return refusal(`config.${showKey(key)}`, "is declared without its namespace too", "keep one of the two");
}

function time(key: string): Problem {
  return refusal(`config.${showKey(key)}`, "has a time for a default", "put it in quotes");
}

/** The engine takes `vault.readers` for the readers in the vault. */
function pathKey(key: string): Problem {
  return refusal(`config.${showKey(key)}`, "is more than the name of a key", "declare the whole key");
}

/** A file beside `Pulumi.yaml` that the engine, or a person, could mistake for the project's. */
export function otherProjectFile(name: string): Problem {
  return {
    path: name,
    message: `is a second project file: the engine reads Pulumi.json in place of ${projectFileName}, and other stack files with it`,
    received: undefined,
    allowed: `one project file, ${projectFileName}`,
    fix: "remove it",
  };
}

function noName(): Problem {
  const allowed = "1 to 100 letters, digits, underscores, dots and hyphens, in quotes where they look like a number";
  return {
    ...refusal("name", "is no name of a project", "write the name that the configuration keys begin with"),
    allowed,
  };
}

function refusal(path: string, message: string, fix: string): Problem {
  return {
    path: `${projectFileName}: ${path}`,
    message,
    received: undefined,
    allowed: "what the engine and a reader of the stack files understand alike",
    fix,
  };
}
