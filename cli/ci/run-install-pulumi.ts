import { spawn } from "node:child_process";
import type { CommandRunner } from "../shared/command";
import { installPulumiScript } from "../shared/own-package";

/** `partner-access ci install-pulumi`: the same script on GitHub and on Azure DevOps. */
export const runInstallPulumi: CommandRunner<object> = (_options, { env, workingDirectory, stdout, stderr }) =>
  new Promise((done, fail) => {
    const child = spawn("bash", [installPulumiScript], {
      cwd: workingDirectory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(stdout, { end: false });
    child.stderr.pipe(stderr, { end: false });
    child.once("error", fail);
    child.once("close", (code) => done(code === 0 ? 0 : 2));
  });
