import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { runCommand } from "./run-command";
import { standInMark } from "./stand-in-mark";
import { engineVersion, findVersion, isAtLeast } from "./versions";

/** A Pulumi CLI that somebody installed. */
export interface InstalledEngine {
  /** Absolute path, as found; not resolved. */
  readonly pulumi: string;
  readonly version: string;
  /** Absolute path of its own Node host; undefined when it has none. */
  readonly host: string | undefined;
}

export interface PathSearch {
  readonly engine: InstalledEngine | undefined;
  /** One sentence for each `pulumi` or host that was found and not taken. */
  readonly passedOver: readonly string[];
}

const hostName = "pulumi-language-nodejs";
const suffixes = process.platform === "win32" ? [".exe"] : [""];

/** Looks for a usable `pulumi` on PATH. One with its own Node host wins over one without, whatever their order. */
export async function searchPath(env: NodeJS.ProcessEnv): Promise<PathSearch> {
  const passedOver: string[] = [];
  let hostless: InstalledEngine | undefined;
  for (const pulumi of executablesOnPath("pulumi", env)) {
    const version = await versionOf(pulumi, ["version"], env);
    if (version === undefined) {
      passedOver.push(`${pulumi} does not answer "pulumi version" with a version`);
    } else if (!isAtLeast(version, engineVersion)) {
      passedOver.push(`${pulumi} is version ${version}, and ${engineVersion} or later is needed`);
    } else {
      const own = besideCli(pulumi);
      if (own !== undefined) return { engine: { ...own, version }, passedOver };
      const host = await hostElsewhere(env, passedOver);
      if (host !== undefined) return { engine: { pulumi, version, host }, passedOver };
      hostless ??= { pulumi, version, host: undefined };
    }
  }
  return { engine: hostless, passedOver };
}

/** All files of that name on PATH that may be executed, in order, each file once. */
export function executablesOnPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const seen = new Set<string>();
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .flatMap((folder) => suffixes.map((suffix) => join(folder, `${name}${suffix}`)))
    .filter((file) => {
      if (!isExecutable(file)) return false;
      const real = realpathSync(file);
      return !seen.has(real) && seen.add(real) !== undefined;
    });
}

/** Whether this is a file that may be executed. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The CLI with the real host in its folder: as it was found, or the file it links to (where the engine itself looks). */
export function besideCli(pulumi: string): { readonly pulumi: string; readonly host: string } | undefined {
  for (const file of [pulumi, realpathSync(pulumi)]) {
    for (const suffix of suffixes) {
      const host = join(dirname(file), `${hostName}${suffix}`);
      if (isExecutable(host) && !isStandIn(host)) return { pulumi: file, host };
    }
  }
  return undefined;
}

async function hostElsewhere(env: NodeJS.ProcessEnv, passedOver: string[]): Promise<string | undefined> {
  for (const host of executablesOnPath(hostName, env).filter((file) => !isStandIn(file))) {
    // A host from elsewhere may belong to another CLI, so it must say that it is new enough.
    const version = await versionOf(host, ["-version"], env);
    if (version !== undefined && isAtLeast(version, engineVersion)) return host;
    passedOver.push(`${host} is ${version === undefined ? "of an unknown version" : `version ${version}`}`);
  }
  return undefined;
}

async function versionOf(file: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const said = await runCommand(file, argv, { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
  return said.code === 0 ? findVersion(said.stdout) : undefined;
}

/** Our own host, left on PATH by an outer run, must not pass for a real one. */
function isStandIn(file: string): boolean {
  try {
    return statSync(file).size < 4096 && readFileSync(file, "utf8").includes(standInMark);
  } catch {
    return false;
  }
}
