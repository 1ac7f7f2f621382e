import { mkdir } from "node:fs/promises";
import { installStandInProviders } from "./providers/install";
import { findRealPlugins } from "./providers/real-plugins";

/** The real plugins were asked for, and are not there. */
class NoRealPlugins extends Error {
  readonly code = "no-real-plugins";

  constructor(
    message: string,
    /** The command that installs them. */
    readonly fix: string,
  ) {
    super(message);
    this.name = "NoRealPlugins";
  }
}

/**
 * The PULUMI_HOME of a run against the emulator. With stand-ins it is a fresh folder that holds nothing else; with the real plugins it is the
 * folder they lie in. Nothing else may differ between the two.
 */
export async function preparePlugins(
  folder: string,
  usesReal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  if (!usesReal) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await installStandInProviders(folder);
    return { PULUMI_HOME: folder };
  }
  const found = await findRealPlugins(env);
  if ("missing" in found) throw new NoRealPlugins(found.missing, found.fix);
  return found.env;
}
