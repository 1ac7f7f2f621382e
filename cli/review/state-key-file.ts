import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Stacks } from "../../clients/pulumi/stacks";
import { exchangeSettings } from "../../configuration/exchange-settings";
import { readStackSettings } from "../../configuration/file-settings";
import { stackFileName } from "../../configuration/project-files";
import { readStackFile } from "../../configuration/stack-file";
import type { ManifestSetting } from "../../permissions/manifest";
import { CommandError } from "../shared/document";
import { stackSettings } from "./stack-settings";
import { keySettingNames, keySettingsIn, otherKeyLines } from "./state-key";

/** A stack's file with the key that its state is encrypted for, whatever key the file names by now. */
export interface StateKeyFile {
  readonly text: string;
  readonly settings: readonly ManifestSetting[];
}

/** Undefined where such a file cannot be written for certain: an edit of text is only trusted after reading it again. */
export async function stateKeyFile(
  projectDirectory: string,
  stack: string,
  exported: string,
): Promise<StateKeyFile | undefined> {
  const before = await readFile(join(projectDirectory, stackFileName(stack)), "utf8");
  const text = exchangeSettings(before, keySettingNames, keySettingsIn(exported));
  if (text === undefined) return undefined;
  const [old, edited] = [readStackFile(before, ""), readStackFile(text, "")];
  const settings = readStackSettings("text", text);
  const saysTheSame = edited.problems.length === 0 && isDeepStrictEqual(edited.values, old.values);
  return saysTheSame && otherKeyLines(exported, settings).length === 0 ? { text, settings } : undefined;
}

/** Runs the engine by such a file in place of the stack's own, in a folder that nobody else reads, for as long as the run takes. */
export async function byKeyFile<T>(
  file: StateKeyFile | undefined,
  run: (argv: readonly string[]) => Promise<T>,
): Promise<T> {
  if (file === undefined) return run([]);
  const folder = await mkdtemp(join(tmpdir(), "partner-access-key-"));
  try {
    const path = join(folder, "Pulumi.yaml");
    await writeFile(path, file.text);
    return await run(["--config-file", path]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface KeyPlace {
  readonly stacks: Pick<Stacks, "state">;
  readonly context: { readonly projectDirectory: string };
}

/** Runs the engine so that the state keeps its own key, also where the stack's file names another one that nobody has approved here. */
export async function keepingStateKey<T>(
  stack: string,
  { stacks, context }: KeyPlace,
  run: (argv: readonly string[]) => Promise<T>,
): Promise<T> {
  const exported = (await stacks.state(stack))?.exported ?? "{}";
  const keys = otherKeyLines(exported, stackSettings(context.projectDirectory, stack));
  if (keys.length === 0) return run([]);
  const file = await stateKeyFile(context.projectDirectory, stack, exported);
  if (file !== undefined) return byKeyFile(file, run);
  throw new CommandError([
    {
      code: "not-approved",
      message: `${stack}: ${keys.join("; ")}`,
      fix: `Put these lines of ${stackFileName(stack)} back to what the state has, and run this again.`,
    },
  ]);
}
