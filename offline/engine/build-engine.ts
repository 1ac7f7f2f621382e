import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createBuildProgress, duration } from "./build-progress";
import { withLock } from "./cache-lock";
import {
  type BuildRecord,
  buildFlags,
  builtDirectory,
  builtEngine,
  commandPackage,
  recordFile,
  sourceFiles,
} from "./engine-cache";
import { pulumiIn } from "./engine-directory";
import { EngineProblem } from "./engine-problem";
import { hintFor } from "./go-problems";
import { executablesOnPath } from "./path-engine";
import { runCommand } from "./run-command";
import { runGo } from "./run-go";
import { engineVersion, findVersion, goVersion, isAtLeast } from "./versions";

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Folder of go.mod, go.sum and tools.go. */
  readonly sources: string;
  readonly cache: string;
  readonly onProgress: (line: string) => void;
  readonly everySeconds: number;
  readonly signal?: AbortSignal;
}

/** The CLI built from the pinned sources: from the cache, or built now. Throws `EngineProblem` when it cannot be. */
export async function buildEngine(options: BuildOptions): Promise<string> {
  const directory = builtDirectory(options.cache, options.sources);
  const ready = builtEngine(directory);
  if (ready !== undefined) return ready;
  const go = await findGo(options.env);
  return withLock({ ...options, path: directory, doing: `builds pulumi ${engineVersion}` }, async () => {
    const meanwhile = builtEngine(directory);
    if (meanwhile !== undefined) return meanwhile;
    // Under the lock nobody else builds here, so these are of builds that were killed.
    for (const leftover of leftoversOf(directory)) rmSync(leftover, { recursive: true, force: true });
    return build(go, directory, options);
  });
}

async function findGo(env: NodeJS.ProcessEnv): Promise<string> {
  const [go] = executablesOnPath("go", env);
  if (go === undefined) {
    throw new EngineProblem("no go on PATH", `Install Go ${goVersion} or later.`);
  }
  const said = await runCommand(go, ["env", "GOVERSION"], { env: { ...env, GOTOOLCHAIN: "local" } });
  const version = findVersion(said.stdout);
  if (version === undefined || !isAtLeast(version, goVersion)) {
    const found = version === undefined ? "does not tell its version" : `is version ${version}`;
    throw new EngineProblem(`${go} ${found}, and ${goVersion} or later is needed`, "Install a newer Go.");
  }
  return go;
}

async function build(go: string, directory: string, options: BuildOptions): Promise<string> {
  const began = Date.now();
  const partial = `${directory}.building-${process.pid}-${randomUUID().slice(0, 8)}`;
  const sources = join(partial, "sources");
  mkdirSync(sources, { recursive: true, mode: 0o700 });
  try {
    // Go writes into the folder of go.mod when it likes to; the work tree must stay as it is.
    for (const file of sourceFiles) copyFileSync(join(options.sources, file), join(sources, file));
    await compile(go, sources, pulumiIn(partial), options);
    rmSync(sources, { recursive: true, force: true });
    await complete(partial, directory, options.env);
    options.onProgress(`pulumi ${engineVersion} is built, after ${duration((Date.now() - began) / 1000)}`);
    return pulumiIn(directory);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function compile(go: string, cwd: string, output: string, options: BuildOptions): Promise<void> {
  const began = Date.now();
  const progress = createBuildProgress(engineVersion);
  const tell = () => options.onProgress(progress.tell((Date.now() - began) / 1000));
  tell();
  const clock = setInterval(tell, options.everySeconds * 1000);
  const run = (argv: readonly string[]) =>
    runGo({
      go,
      argv,
      cwd,
      env: options.env,
      onLine: progress.read,
      ...(options.signal && { signal: options.signal }),
    });
  try {
    const listed = await run(["list", ...buildFlags.slice(0, 3), "-deps", commandPackage]);
    progress.expect(listed.stdout.split("\n").length - 1);
    if (listed.ok) {
      tell();
      const built = await run(["build", "-v", ...buildFlags, "-o", output, commandPackage]);
      if (built.ok) return;
    }
  } finally {
    clearInterval(clock);
  }
  options.signal?.throwIfAborted();
  const said = progress.lastLines();
  throw new EngineProblem(`the build with ${go} failed:\n${indented(said)}`, hintFor(said));
}

/** Proves that the new CLI runs, marks it as complete and publishes it under its final name in one step. */
async function complete(partial: string, directory: string, env: NodeJS.ProcessEnv): Promise<void> {
  const pulumi = pulumiIn(partial);
  const said = await runCommand(pulumi, ["version"], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
  if (said.code !== 0 || findVersion(said.stdout) !== engineVersion) {
    const heard = (said.stdout + said.stderr).trim().split("\n").slice(-5).join("\n");
    throw new EngineProblem(`the built pulumi does not run:\n${indented(heard)}`, "Build again on the same machine.");
  }
  const record: BuildRecord = { version: engineVersion, bytes: statSync(pulumi).size };
  writeFileSync(join(partial, recordFile), JSON.stringify(record));
  // What lies there is incomplete, or there would have been no build.
  rmSync(directory, { recursive: true, force: true });
  renameSync(partial, directory);
}

function leftoversOf(directory: string): string[] {
  const [parent, prefix] = [dirname(directory), `${basename(directory)}.building-`];
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name));
}

const indented = (text: string) => text.replace(/^/gm, "     ");
