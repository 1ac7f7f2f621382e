import { mkdir } from "node:fs/promises";
import { findRealPlugins, installStandInProviders } from "../../offline/providers/install";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";

/**
 * The PULUMI_HOME of a run against the emulator. With stand-ins it is a fresh folder that holds nothing else; with the real plugins it is the
 * folder they lie in. Nothing else may differ between the two.
 */
export async function preparePlugins(
  folder: string,
  useReal: boolean,
  context: CommandContext,
): Promise<Record<string, string>> {
  if (!useReal) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await installStandInProviders(folder);
    return { PULUMI_HOME: folder };
  }
  const found = await findRealPlugins(context.env);
  if ("missing" in found) {
    throw new CommandError([{ code: "no-real-plugins", message: found.missing, fix: found.fix }]);
  }
  return found.env;
}
