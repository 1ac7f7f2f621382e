import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageFolder } from "../own-programs";
import { buildEngine } from "./build-engine";
import { engineCache } from "./engine-cache";
import { type NodeHost, prepareEngineDirectory, pulumiIn } from "./engine-directory";
import { EngineProblem } from "./engine-problem";
import { installEngine } from "./install-engine";
import { besideCli, type InstalledEngine, searchPath } from "./path-engine";
import { stopOnSignals } from "./stop-on-signals";
import { engineVersion, nodeMajor } from "./versions";

/** Where an engine came from. */
type EngineSource = "path" | "built" | "installed";

/** A Pulumi CLI that can run this project, with a Node host in the same folder. */
export interface Engine {
  /** Absolute path of the CLI. */
  readonly pulumi: string;
  /** Its folder, which also holds `pulumi-language-nodejs`. */
  readonly directory: string;
  readonly source: EngineSource;
  readonly version: string;
  /** Whose Node host that is: Pulumi's own, or ours because there was none. */
  readonly host: "real" | "stand-in";
  /** What a run of it needs in its environment, so that it takes that host and no other that lies on PATH. */
  readonly env: Readonly<Record<string, string>>;
}

export interface FindEngineOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Told one line at a time: what was passed over and why, and how far a build is. Left out: silence. */
  readonly onProgress?: (line: string) => void;
  /** How often a build tells how far it is. Left out: every 20 seconds; a live line wants 1. */
  readonly progressEverySeconds?: number;
  /** Stops a build. */
  readonly signal?: AbortSignal;
  /** Where the folder with CLI and host is made. Left out: in the cache, one per copy of this package, shared by all runs. */
  readonly directory?: string;
  /** The ways to try, in this order. Left out: all. */
  readonly sources?: readonly EngineSource[];
  /** The copy of this package whose pinned sources are built and whose Node host stands in. Left out: this one. */
  readonly emulator?: string;
  /** Replaces the download of the last way. */
  readonly install?: (root: string) => Promise<void>;
}

type Settled = FindEngineOptions & {
  readonly cache: string;
  readonly emulator: string;
  readonly onProgress: (line: string) => void;
  readonly everySeconds: number;
};

const allSources: readonly EngineSource[] = ["path", "built", "installed"];

/** Finds, builds or installs the real Pulumi engine. Throws one error that names every way and why it failed. */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const settled: Settled = {
    ...options,
    cache: engineCache(options.env),
    emulator: options.emulator ?? packageFolder,
    onProgress: options.onProgress ?? (() => undefined),
    everySeconds: options.progressEverySeconds ?? 20,
  };
  const failures: string[] = [];
  for (const source of options.sources ?? allSources) {
    try {
      const engine = await ways[source](settled);
      return finish(engine, source, settled);
    } catch (error) {
      if (!(error instanceof EngineProblem)) throw error;
      // Reasons of PATH have been told one by one, and its being empty is no news.
      if (source !== "path") settled.onProgress(`${titles[source]}: ${error.message}`);
      failures.push(` - ${titles[source]}: ${error.message}\n   ${error.fix}`);
    }
  }
  throw new EngineProblem(
    `No Pulumi engine ${engineVersion} or later could be had. Tried, in this order:\n${failures.join("\n")}`,
    "One of these ways is enough.",
  );
}

const titles: Readonly<Record<EngineSource, string>> = {
  path: "pulumi on PATH",
  built: "build with Go",
  installed: "download",
};

const ways: Readonly<Record<EngineSource, (options: Settled) => Promise<InstalledEngine>>> = {
  async path(options) {
    const { engine, passedOver } = await searchPath(options.env);
    for (const reason of passedOver) options.onProgress(`passed over: ${reason}`);
    if (engine !== undefined) return engine;
    throw new EngineProblem(
      passedOver.length === 0 ? "there is none" : passedOver.join("; "),
      `Install Pulumi ${engineVersion} or later (https://www.pulumi.com/docs/install/) and put it on PATH.`,
    );
  },
  async built(options) {
    const sources = join(options.emulator, "engine");
    const pulumi = await stopOnSignals(options.signal, (signal) => buildEngine({ ...options, sources, signal }));
    return { pulumi, version: engineVersion, host: undefined };
  },
  async installed(options) {
    const pulumi = await stopOnSignals(options.signal, (signal) => installEngine({ ...options, signal }));
    return { host: undefined, ...(besideCli(pulumi) ?? { pulumi }), version: engineVersion };
  },
};

function finish(found: InstalledEngine, source: EngineSource, options: Settled): Engine {
  const isComplete = found.host !== undefined && dirname(found.host) === dirname(found.pulumi);
  if (found.host === undefined && source !== "built") {
    options.onProgress(`${found.pulumi} has no Node host of its own: ours stands in`);
  }
  const directory = isComplete
    ? dirname(found.pulumi)
    : prepareEngineDirectory({
        pulumi: found.pulumi,
        host: hostFor(found, options.emulator),
        cache: join(options.cache, "ready"),
        ...(options.directory === undefined ? {} : { directory: options.directory }),
      });
  return {
    pulumi: isComplete ? found.pulumi : pulumiIn(directory),
    directory,
    source,
    version: found.version,
    host: found.host === undefined ? "stand-in" : "real",
    // The engine prefers a host on PATH to the one beside it, whatever its version.
    env: { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" },
  };
}

function hostFor(found: InstalledEngine, emulator: string): NodeHost {
  if (found.host !== undefined) return { kind: "real", file: found.host };
  return { kind: "stand-in", node: programNode(emulator), emulator };
}

/** The Node that runs programs: the one that runs us, or the one that "npm ci" put into the repository when that is too old. */
function programNode(emulator: string): string {
  if (Number(process.versions.node.split(".")[0]) >= nodeMajor) return process.execPath;
  const own = join(dirname(emulator), "node_modules", "node", "bin", "node");
  if (existsSync(own)) return own;
  throw new EngineProblem(
    `programs need Node ${nodeMajor} or later, this is ${process.version}`,
    'Run "npm ci" first, or use a newer Node.',
  );
}
