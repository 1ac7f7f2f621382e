import { runInterruptible } from "../../clients/http/interruptible";
import type { CommandRunner } from "../shared/command";
import { installPulumiScript } from "../shared/own-package";

/** `partner-access ci install-pulumi`: the same script on GitHub and on Azure DevOps. */
export const runInstallPulumi: CommandRunner<object> = async (_options, context) => {
  const { env, workingDirectory: cwd, signal } = context;
  const { exitCode, stdout, stderr } = await runInterruptible("bash", [installPulumiScript], { cwd, env, signal });
  context.stdout.write(stdout);
  context.stderr.write(stderr);
  return exitCode === 0 ? 0 : 2;
};
