import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { withLock } from "./cache-lock";
import { EngineProblem } from "./engine-problem";
import { isExecutable } from "./path-engine";
import { engineVersion } from "./versions";

export interface InstallOptions {
  readonly cache: string;
  readonly onProgress: (line: string) => void;
  readonly everySeconds: number;
  readonly signal?: AbortSignal;
  /** Puts a CLI and its hosts under `<root>/bin`. Left out: the installer of the Automation API, which downloads them. */
  readonly install?: (root: string) => Promise<void>;
}

const executable = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** The CLI and its own Node host, downloaded once. Throws `EngineProblem` when they cannot be. */
export async function installEngine(options: InstallOptions): Promise<string> {
  const root = join(options.cache, `installed-v${engineVersion}-${process.platform}-${process.arch}`);
  const pulumi = join(root, "bin", executable);
  if (isExecutable(pulumi)) return pulumi;
  return withLock({ ...options, path: root, doing: `installs pulumi ${engineVersion}` }, async () => {
    if (isExecutable(pulumi)) return pulumi;
    removeLeftovers(root);
    options.onProgress(`downloading pulumi ${engineVersion} with the installer of the Automation API`);
    const partial = `${root}.installing-${process.pid}`;
    mkdirSync(partial, { recursive: true, mode: 0o700 });
    try {
      await (options.install ?? installWithAutomationApi)(partial);
      if (!isExecutable(join(partial, "bin", executable))) throw new Error(`it left no bin/${executable}`);
      renameSync(partial, root);
    } catch (error) {
      throw problem(error);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return pulumi;
  });
}

/** An incomplete installation, and those of processes that were killed: under the lock nobody is at work there. */
function removeLeftovers(root: string): void {
  rmSync(root, { recursive: true, force: true });
  if (!existsSync(dirname(root))) return;
  for (const name of readdirSync(dirname(root))) {
    if (name.startsWith(`${basename(root)}.installing-`)) rmSync(join(dirname(root), name), { recursive: true });
  }
}

function problem(error: unknown): EngineProblem {
  const message = error instanceof Error ? error.message : String(error);
  return new EngineProblem(
    `the installer of the Automation API failed: ${message.trim()}`,
    `Install Pulumi ${engineVersion} or later by hand (https://www.pulumi.com/docs/install/) and put it on PATH.`,
  );
}

/** It installs the version of the SDK in package.json, which is the version of the engine. */
async function installWithAutomationApi(root: string): Promise<void> {
  // Imported here: the Pulumi SDK takes longer to load than any other way to an engine takes to look.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/cmd");
  await PulumiCommand.install({ root });
}
