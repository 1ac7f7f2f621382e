import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogFileName, readCatalogFile } from "./configuration/catalog-file";
import { type PolicyReading, policyFileName, readPolicyFile } from "./configuration/policy-file";
import { ConfigurationError } from "./configuration/problem";
import { type ConfigurationInput, readConfiguration, type StackValues } from "./configuration/read-configuration";
import type { StackConfiguration } from "./configuration/stack-configuration";
import { readStackFile } from "./configuration/stack-file";
import type { ConfigurationValues } from "./configuration/values";
import { indexWords, mayClash, type WordIndex } from "./configuration/vault-rules";
import type { CatalogApi } from "./permissions/catalog";
import { nearMisses } from "./permissions/near-misses";

export { ConfigurationError } from "./configuration/problem";
export type { ConfigurationInput, StackValues } from "./configuration/read-configuration";
export type { StackConfiguration } from "./configuration/stack-configuration";

/** The files of a project that a stack's configuration is held against. */
export interface ProjectFiles {
  /** The text of `Pulumi.<stack>.yaml` by stack name. */
  readonly stackFiles: ReadonlyMap<string, string>;
  /** The text of `access-policy.yaml`; undefined without one. */
  readonly policyText: string | undefined;
  /** The text of `api-catalog.yaml`; undefined without one. */
  readonly catalogText?: string | undefined;
}

/**
 * Checks a stack's configuration and returns it complete, or throws one ConfigurationError with every problem. `values`
 * come from `pulumi.runtime.allConfig()` in the program and from `readStackFile` in a command.
 */
export function readStackConfiguration(input: ConfigurationInput): StackConfiguration {
  const { configuration, problems } = readConfiguration(input);
  if (configuration === undefined) throw new ConfigurationError(input.stack, problems);
  return configuration;
}

/** Reads the stack files and the access policy that stand beside `Pulumi.yaml`. */
export function readProjectFiles(directory: string): ProjectFiles {
  const names = readdirSync(directory).sort();
  const stackFiles = names.flatMap((name): readonly (readonly [string, string])[] => {
    const stack = /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1];
    return stack === undefined ? [] : [[stack, readFileSync(join(directory, name), "utf8")]];
  });
  const textOf = (name: string) => (names.includes(name) ? readFileSync(join(directory, name), "utf8") : undefined);
  return { stackFiles: new Map(stackFiles), policyText: textOf(policyFileName), catalogText: textOf(catalogFileName) };
}

/**
 * The values of the other stacks, for the check that no two write the same vault entries. With `ours`, the values of
 * `stack`, files that cannot clash are not even parsed: that makes the check of one among a thousand stacks quick.
 *
 * A file that is not valid YAML is left out: one tenant's broken file must not stop another tenant's rotation, and the
 * live record in the vault still refuses a second writer.
 */
export function otherStackValues(
  files: ProjectFiles,
  stack: string,
  ours?: ConfigurationValues,
): readonly StackValues[] {
  const near = ours && mayClash(ours, wordsOf(files));
  const names = [...(near ?? files.stackFiles.keys())].filter((name) => name !== stack).sort();
  return names.map((name) => ({
    stack: name,
    values: readStackFile(files.stackFiles.get(name) ?? "", stackFileName(name)).values,
  }));
}

/** Kept beside the files they were made from, for whoever checks one stack after the other. */
const knownWords = new WeakMap<ProjectFiles, WordIndex>();

function wordsOf(files: ProjectFiles): WordIndex {
  const words = knownWords.get(files) ?? indexWords(files.stackFiles);
  knownWords.set(files, words);
  return words;
}

/** The access policy of a project, every API it may name, its own catalog's included, and what is wrong with the two files. */
export function readProjectPolicy({
  policyText,
  catalogText,
}: ProjectFiles): PolicyReading & { readonly apis: readonly CatalogApi[] } {
  const catalog = readCatalogFile(catalogText);
  const { policy, problems } = readPolicyFile(policyText, catalog.apis);
  return { policy, apis: catalog.apis, problems: [...catalog.problems, ...problems] };
}

/** Reads and checks one stack from its file, without Pulumi: for commands. Throws a ConfigurationError. */
export function readStackFromFiles(directory: string, stack: string): StackConfiguration {
  const files = readProjectFiles(directory);
  const text = files.stackFiles.get(stack);
  if (text === undefined) throw unknownStack(stack, [...files.stackFiles.keys()]);
  const { values, encryptedKeys, problems } = readStackFile(text, stackFileName(stack));
  if (problems.length > 0) throw new ConfigurationError(stack, problems);
  const otherStacks = otherStackValues(files, stack, values);
  const { policyText, catalogText } = files;
  return readStackConfiguration({ stack, values, encryptedKeys, otherStacks, policyText, catalogText });
}

/** The file that holds a stack's configuration. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
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
