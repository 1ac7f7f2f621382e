import { spawn } from "node:child_process";
import type { ChildOutput } from "./children";
import { choosePackageManager, findUpwards, installArguments } from "./package-manager";
import type { RuntimeOptions } from "./runtime-options";

interface Installation {
  readonly directory: string;
  readonly options: RuntimeOptions;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the project's package manager, as `pulumi install` asks. Rejects when it fails. */
export async function installDependencies(
  { directory, options, env }: Installation,
  output: ChildOutput,
  signal: AbortSignal,
): Promise<void> {
  const manager = choosePackageManager(options.packagemanager, directory, env);
  output.onStdout(Buffer.from("Installing dependencies...\n\n"));
  const child = spawn(manager, installArguments(manager, options.production), {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  child.stdout.on("data", output.onStdout);
  child.stderr.on("data", output.onStderr);
  const code = await new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`${manager} install failed with exit code ${code ?? "none"}`);
  if (findUpwards("node_modules", directory) === undefined) {
    throw new Error(`${manager} install reported success, but node_modules directory is missing`);
  }
  output.onStdout(Buffer.from("Finished installing dependencies\n\n"));
}
