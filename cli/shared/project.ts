import { type ProjectFiles, readOneStack, readProjectFiles } from "../../configuration/project-files";
import { entryWriters, readProjectStack, readStackFromFiles } from "../../configuration/read-stack";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { EntryWriters } from "../../configuration/vault-rules";
import type { CommandContext } from "./command";
import { inTurns } from "./in-turns";

type Place = Pick<CommandContext, "projectDirectory" | "signal">;

/** The files of the project, all of them parsed. */
export async function readProject({ projectDirectory, signal }: Place): Promise<ProjectFiles> {
  const files = readProjectFiles(projectDirectory);
  await inTurns(files.stackFiles.values(), "the rest of the stack files", signal, (source) => source.entryAddress());
  return files;
}

const knownWriters = new WeakMap<Place, Promise<EntryWriters>>();

/**
 * One stack's configuration, checked. A command may ask for thousands: the other stacks' files are read once for all of them, its own each
 * time, because a rotation writes its request into it.
 */
export async function readStack(stack: string, context: Place): Promise<StackConfiguration> {
  const writers = knownWriters.get(context) ?? readProject(context).then(entryWriters);
  knownWriters.set(context, writers);
  const known = await writers;
  const { projectDirectory } = context;
  const files = readOneStack(projectDirectory, stack);
  // Says which stacks there are.
  if (!files.stackFiles.has(stack)) return readStackFromFiles(projectDirectory, stack);
  return readProjectStack(files, stack, known);
}
