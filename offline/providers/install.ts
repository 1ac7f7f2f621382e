import { randomUUID } from "node:crypto";
import { access, chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { executableName, installedSdks, type PackageName, pluginFolder } from "./sdk-versions";
import { standInShim } from "./stand-in-shim";

/**
 * Puts the stand-ins into a PULUMI_HOME under the names and versions the installed SDKs ask for, so that the engine needs no download.
 * They run this package; a folder that is there already is replaced.
 */
export async function installStandInProviders(pulumiHome: string): Promise<void> {
  await Promise.all(installedSdks().map((name) => install(join(pulumiHome, "plugins"), name)));
}

async function install(plugins: string, name: PackageName): Promise<void> {
  const folder = join(plugins, pluginFolder(name));
  // Made beside and renamed: the engine never finds half a plugin. Its own name for unfinished ones ends in `.partial`.
  const unfinished = join(plugins, `.${name}-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    const executable = join(unfinished, executableName(name));
    await writeFile(executable, standInShim(name), { mode: 0o755 });
    await chmod(executable, 0o755); // the umask may have taken the bits away
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Two installations at once: the other one's plugin is as good.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
    await access(join(folder, executableName(name)));
  }
}
