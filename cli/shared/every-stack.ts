import { isLoopback } from "../../clients/entra/clouds";
import { readProjectFiles, type StackSource } from "../../configuration/project-files";
import { readStackFromFiles } from "../../configuration/read-stack";
import { isExampleDomain } from "../../model/example-domain";
import type { CommandContext } from "./command";
import { CommandError } from "./document";

/**
 * The stacks that `--all` means, by name, without those that are for the emulator only. A project without a stack is an error: "nothing checked" is not "all well".
 */
export function everyStack({ projectDirectory, env, stderr }: CommandContext): readonly string[] {
  const { project, stackFiles } = readProjectFiles(projectDirectory);
  const names = [...stackFiles.keys()].sort();
  const isEmulated = isLoopback(env["ARM_METADATA_HOSTNAME"] ?? "");
  const exampleDomains = new Set(
    isEmulated ? [] : names.filter((name) => isForEmulator(project.name, stackFiles.get(name))),
  );
  if (exampleDomains.size > 0) {
    stderr.write(`skipped, for the emulator only (a domain under .example): ${[...exampleDomains].join(", ")}\n`);
  }
  const found = names.filter((name) => !exampleDomains.has(name));
  if (found.length > 0) return found;
  throw new CommandError([
    {
      code: "no-stacks",
      message: `${projectDirectory} has no stack of a real tenant`,
      fix: 'Write one with the command "new", or name one with -s.',
    },
  ]);
}

/** The one stack that was named. Its file is read now: one that is missing or wrong is a command that could not run, not a finding. */
export function namedStack(stack: string, { projectDirectory }: CommandContext): readonly string[] {
  readStackFromFiles(projectDirectory, stack);
  return [stack];
}

/** A file that cannot be read counts as a real tenant's: its problem is reported when its turn comes. */
function isForEmulator(projectName: string, source: StackSource | undefined): boolean {
  try {
    const { domain } = JSON.parse(source?.read().values[`${projectName}:tenant`] ?? "") as {
      domain?: unknown;
    };
    return typeof domain === "string" && isExampleDomain(domain);
  } catch {
    return false;
  }
}
