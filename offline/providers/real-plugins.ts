import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { executableName, type PackageName, packageNames, pluginFolder, sdkVersion } from "./sdk-versions";
import { isStandInShim } from "./stand-in-shim";

/** Where the real plugins are, and what the engine's environment needs to use them; or why they cannot be used. */
export type RealPlugins =
  | { readonly env: Readonly<Record<string, string>>; readonly plugins: Readonly<Record<PackageName, string>> }
  | { readonly missing: string; readonly fix: string };

/**
 * Looks for the real azuread and azure-native plugins of the SDKs' versions, as the engine does: in PULUMI_HOME (`~/.pulumi` when it
 * is not set), then on PATH. Stand-ins do not count.
 */
export async function findRealPlugins(env: Readonly<Record<string, string | undefined>>): Promise<RealPlugins> {
  const home = env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const places = await Promise.all(packageNames.map((name) => findOne(name, home, env)));
  const [azuread, azureNative] = places;
  if (azuread !== undefined && azureNative !== undefined) {
    return { env: { PULUMI_HOME: home }, plugins: { azuread, "azure-native": azureNative } };
  }
  const absent = packageNames.filter((_, index) => places[index] === undefined);
  return {
    missing:
      `No real plugin was found for ${absent.map((name) => `${name} ${sdkVersion(name)}`).join(" and ")}: ` +
      `looked in ${join(home, "plugins")} and on PATH (stand-ins do not count).`,
    fix: absent.map((name) => `pulumi plugin install resource ${name} ${sdkVersion(name)}`).join(" && "),
  };
}

async function findOne(
  name: PackageName,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const cached = join(home, "plugins", pluginFolder(name), executableName(name));
  const ambient = env["PULUMI_IGNORE_AMBIENT_PLUGINS"] === undefined ? (env["PATH"] ?? "").split(delimiter) : [];
  const candidates = [
    cached,
    ...ambient.filter((folder) => folder !== "").map((folder) => join(folder, executableName(name))),
  ];
  for (const candidate of candidates) {
    if (await isRealPlugin(candidate)) return candidate;
  }
  return undefined;
}

async function isRealPlugin(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
  } catch {
    return false;
  }
  // Only the start: the real azure-native plugin has several hundred megabytes.
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(400), 0, 400, 0);
    return !isStandInShim(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
