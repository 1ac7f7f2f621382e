import { dirname, join, resolve } from "node:path";

/** Bundled into `dist/`, or run from its sources in the repository. */
const isBuilt = __filename.endsWith(".js");

/** The folder of this package: the repository, or where npm put it. Never the project that a command works on. */
const packageDirectory = isBuilt ? dirname(__dirname) : resolve(__dirname, "../..");

/** The file that Node starts these commands with, for a command that starts another. */
export const commandFile = join(packageDirectory, isBuilt ? "dist/command.js" : "bin/partner-access.js");

/** The script that installs the Pulumi CLI in a job of a pipeline. */
export const installPulumiScript = join(packageDirectory, "bin/install-pulumi.sh");

/** The folder whose files a project of one's own is written from. */
export const templateDirectory = packageDirectory;
