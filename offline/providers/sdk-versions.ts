import { readFileSync } from "node:fs";

/** The provider packages that have a stand-in. */
export const packageNames = ["azuread", "azure-native"] as const;
export type PackageName = (typeof packageNames)[number];

/** The SDKs that are installed beside this package: a program can use no other. */
export function installedSdks(): readonly PackageName[] {
  return packageNames.filter((name) => manifestOf(name) !== undefined);
}

function manifestOf(name: PackageName): string | undefined {
  try {
    return require.resolve(`@pulumi/${name}/package.json`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** The version of the installed SDK, which is the plugin version the engine asks for. */
export function sdkVersion(name: PackageName): string {
  const file = manifestOf(name);
  if (file === undefined) throw new Error(`@pulumi/${name} is not installed. Install it: npm install @pulumi/${name}`);
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version?: string; pulumi?: { version?: string } };
  const version = manifest.pulumi?.version ?? manifest.version;
  if (version === undefined) throw new Error(`${file} has no version: is @pulumi/${name} installed whole?`);
  return version.replace(/^v/, "");
}

/** The executable's name, which the engine searches for. */
export function executableName(name: PackageName): string {
  return `pulumi-resource-${name}`;
}

/** The plugin's folder below `PULUMI_HOME/plugins`. */
export function pluginFolder(name: PackageName): string {
  return `resource-${name}-v${sdkVersion(name)}`;
}
