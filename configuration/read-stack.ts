import { nearMisses } from "../model/near-misses";
import type { CatalogApi } from "../permissions/catalog";
import { readCatalogFile } from "./catalog-file";
import { disagreements } from "./engine-agreement";
import { type PolicyReading, readPolicyFile } from "./policy-file";
import { ConfigurationError } from "./problem";
import { type ProjectFiles, readProjectFiles, stackFileName } from "./project-files";
import { type ConfigurationInput, readConfiguration } from "./read-configuration";
import type { StackConfiguration } from "./stack-configuration";
import { type ConfigurationValues, readSections } from "./values";
import { type EntryWriters, indexWriters } from "./vault-rules";

/**
 * Checks a stack's configuration and returns it complete, or throws one ConfigurationError with every problem. `values`
 * come from `pulumi.runtime.allConfig()` in the program and from the files in a command.
 */
export function readStackConfiguration(input: ConfigurationInput): StackConfiguration {
  const { configuration, problems } = readConfiguration(input);
  if (configuration === undefined) throw new ConfigurationError(input.stack, problems);
  return configuration;
}

const knownWriters = new WeakMap<ProjectFiles, EntryWriters>();

/**
 * Which stacks write which vault entries, for the check that no two write the same. Made once, however many stacks are checked.
 *
 * A file that cannot be read is left out: one tenant's broken file must not stop another tenant's rotation, and the
 * live record in the vault still refuses a second writer.
 */
export function entryWriters(files: ProjectFiles): EntryWriters {
  const writers = knownWriters.get(files) ?? indexWriters(files.stackFiles);
  knownWriters.set(files, writers);
  return writers;
}

/** The access policy of a project, every API it may name, its own catalog's included, and what is wrong with what all stacks share. */
export function readProjectPolicy({
  project,
  policyText,
  catalogText,
}: Pick<ProjectFiles, "project" | "policyText" | "catalogText">): PolicyReading & {
  readonly apis: readonly CatalogApi[];
} {
  const catalog = readCatalogFile(catalogText);
  const { policy, problems } = readPolicyFile(policyText, catalog.apis);
  return { policy, apis: catalog.apis, problems: [...project.problems, ...catalog.problems, ...problems] };
}

/** Reads and checks one stack from its file, without Pulumi: for commands. Throws a ConfigurationError. */
export function readStackFromFiles(directory: string, stack: string): StackConfiguration {
  return readProjectStack(readProjectFiles(directory), stack);
}

/** The same, for a command that goes through many stacks of one project: who writes what is read once for all. */
export function readProjectStack(files: ProjectFiles, stack: string, writers?: EntryWriters): StackConfiguration {
  return readStackConfiguration(configurationInput(files, stack, writers));
}

/** What the files of a project say about one stack, as a review reads it. Throws a ConfigurationError where they cannot be read. */
export function configurationInput(
  files: ProjectFiles,
  stack: string,
  writers = entryWriters(files),
): ConfigurationInput {
  const source = files.stackFiles.get(stack);
  if (source === undefined) throw unknownStack(stack, [...files.stackFiles.keys()]);
  const { values, encryptedKeys, problems } = source.read();
  const unreadable = [...files.project.problems, ...problems];
  if (unreadable.length > 0) throw new ConfigurationError(stack, unreadable);
  const { policyText, catalogText } = files;
  const complete = { ...files.project.defaults, ...values };
  const namespace = files.project.name;
  return { stack, namespace, values: complete, encryptedKeys, entryWriters: writers, policyText, catalogText };
}

/** Whether one person runs a stack; for a command that must know it before the whole file is checked. */
export function isSolo(files: ProjectFiles, stack: string): boolean {
  const written = files.stackFiles.get(stack)?.read().values;
  return readSections({ ...files.project.defaults, ...written }, files.project.name).values.solo === true;
}

/**
 * The configuration of the stack that the engine runs. It has decrypted the values, so they come from it; but they must be those that
 * commands and reviews read in the files.
 */
export function readRunningStack(
  files: ProjectFiles,
  stack: string,
  engine: { readonly values: ConfigurationValues; readonly encryptedKeys: readonly string[] },
): StackConfiguration {
  const written = configurationInput(files, stack);
  const encryptedKeys = [...(written.encryptedKeys ?? []), ...engine.encryptedKeys];
  const compared = { engine: engine.values, files: written.values, encryptedKeys, file: stackFileName(stack) };
  const problems = disagreements(compared);
  if (problems.length > 0) throw new ConfigurationError(stack, problems);
  return readStackConfiguration({ ...written, values: engine.values, encryptedKeys });
}

function unknownStack(stack: string, known: readonly string[]): ConfigurationError {
  const meant = nearMisses(stack, known);
  return new ConfigurationError(stack, [
    {
      path: stackFileName(stack),
      message: "does not exist",
      received: undefined,
      allowed: known.length > 0 ? `one of the stacks ${known.join(", ")}` : "a stack with a file beside Pulumi.yaml",
      fix: meant.length > 0 ? `did you mean ${meant.join(" or ")}` : "write it with the command new",
    },
  ]);
}
