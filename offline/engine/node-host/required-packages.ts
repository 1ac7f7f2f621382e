import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** A provider plugin that the engine must have before the program runs. */
export interface RequiredPackage {
  readonly name: string;
  readonly version: string;
  /** Where to download it from; empty means Pulumi's own place. */
  readonly server: string;
  readonly parameterization?: Parameterization;
  readonly extension?: Parameterization;
}

export interface Parameterization {
  readonly name: string;
  readonly version: string;
  /** Base64. */
  readonly value: string;
}

interface PluginManifest {
  readonly name?: string;
  readonly version?: string;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
    readonly parameterization?: Parameterization;
    readonly extensionParameterization?: Parameterization;
  };
}

const packFiles = ["PulumiPolicy.json", "PulumiPolicy.yaml", "PulumiPolicy.yml"];

/**
 * The provider SDKs below a program's folder: every package.json inside a node_modules that says `pulumi.resource`, used or not. Policy
 * packs are left out, since they bring their own. What cannot be read is skipped: a broken link in node_modules must not stop a preview.
 */
export function requiredPackages(programDirectory: string): RequiredPackage[] {
  const found: RequiredPackage[] = [];
  const visited = new Set<string>();
  const root = resolve(programDirectory);
  const walk = (folder: string, isInNodeModules: boolean) => {
    if (visited.has(folder)) return;
    visited.add(folder);
    const entries = entriesOf(folder);
    if (folder !== root && entries.some(isPackFile)) return;
    for (const entry of entries) {
      if (entry.isFolder) {
        walk(entry.path, isInNodeModules || basename(folder) === "node_modules");
      } else if (isInNodeModules && entry.name === "package.json") {
        const required = requiredBy(entry.path);
        if (required !== undefined) found.push(required);
      }
    }
  };
  walk(root, false);
  return found;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

const isPackFile = ({ name, isFolder }: Entry) => !isFolder && packFiles.includes(name);

function entriesOf(folder: string): readonly Entry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (!entry.isSymbolicLink()) return [{ name: entry.name, path, isFolder: entry.isDirectory() }];
      const real = resolved(path);
      return real === undefined ? [] : [{ name: entry.name, ...real }];
    });
  } catch {
    return [];
  }
}

function resolved(link: string): { path: string; isFolder: boolean } | undefined {
  try {
    const path = realpathSync(link);
    return { path, isFolder: statSync(path).isDirectory() };
  } catch {
    return undefined;
  }
}

function requiredBy(file: string): RequiredPackage | undefined {
  try {
    const text = readFileSync(file, "utf8");
    // Most packages are none: to parse each would take as long as to find it.
    return text.includes('"pulumi"') ? packageOf(JSON.parse(text) as PluginManifest) : undefined;
  } catch {
    return undefined;
  }
}

function packageOf(manifest: PluginManifest): RequiredPackage | undefined {
  const plugin = manifest.pulumi;
  if (plugin?.resource !== true) return undefined;
  const name = plugin.name || /^@pulumi\/(.+)$/.exec(manifest.name ?? "")?.[1];
  const version = plugin.version || manifest.version;
  if (name === undefined || version === undefined || version === "") return undefined;
  return {
    name,
    version: version.startsWith("v") ? version : `v${version}`,
    server: plugin.server ?? "",
    ...(plugin.parameterization === undefined ? {} : { parameterization: plugin.parameterization }),
    ...(plugin.extensionParameterization === undefined ? {} : { extension: plugin.extensionParameterization }),
  };
}
