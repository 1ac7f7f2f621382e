import { openCheckout } from "../../clients/git";
import type { CommandContext } from "../shared/command";
import { readRecords } from "./read-records";
import { writeRecordsFile } from "./records-file";

/** Records every stack of this checkout by its own code and writes them down. Compares nothing. */
export async function recordTo(path: string, context: CommandContext): Promise<number> {
  const { projectDirectory, env, signal } = context;
  const files = await openCheckout(projectDirectory, env).files();
  const stacks = files.flatMap((file) => /^Pulumi\.([^/]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
  const recorded = stacks.length === 0 ? [] : await readRecords(stacks, { directory: projectDirectory, signal });
  await writeRecordsFile(path, recorded);
  return recorded.length;
}
