import type { CommandRunner } from "../shared/command";
import { invalidOption } from "../shared/document";
import type { InitCommandOptions } from "./declaration";
import { newProject } from "./new-project";
import { updateProject } from "./update-project";

/** `partner-access init`: a project of one's own, or its files brought up to the installed version. */
export const runInit: CommandRunner<InitCommandOptions> = async (options, context, [directory]) => {
  if (!options.update) {
    if (options.yes)
      throw invalidOption("--yes belongs to --update: nothing is overwritten without it", "Leave it out.");
    return newProject(directory ?? ".", options, context);
  }
  const foreign = [
    ...(directory === undefined ? [] : [JSON.stringify(directory)]),
    ...(options.azureDevops ? ["--azure-devops"] : []),
    ...(options.name === undefined ? [] : ["--name"]),
    ...(options.skipInstall ? ["--skip-install"] : []),
  ];
  if (foreign.length === 0) return updateProject(options, context);
  throw invalidOption(
    `--update works on the project of this folder and installs nothing; got ${foreign.join(", ")}`,
    "Leave them out: what the project is, package.json says.",
  );
};
