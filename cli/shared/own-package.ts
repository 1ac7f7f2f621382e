import { dirname, join, resolve } from "node:path";

/** Bundled into `dist/`, or run from its sources in the repository. */
const isBuilt = __filename.endsWith(".js");

/** The folder of this package: the repository, or where npm put it. Never the project that a command works on. */
export const packageDirectory = isBuilt ? dirname(__dirname) : resolve(__dirname, "../..");

const inPackage = (path: string) => join(packageDirectory, path);

/** The file that Node starts these commands with, for a command that starts another. */
export const commandFile = inPackage(isBuilt ? "dist/command.js" : "bin/partner-access.js");

/** The script that installs the Pulumi CLI in a job of a pipeline. */
export const installPulumiScript = inPackage("bin/install-pulumi.sh");

/** Preloaded into a program that a review runs: it refuses network, processes and environment. */
export const refuseOutside = inPackage("bin/refuse-outside.js");

/** Compares two recordings, and what its process loads first. */
export const ownJudge = isBuilt
  ? { preloads: [], judge: inPackage("dist/judge.js") }
  : { preloads: [inPackage("bin/transpile.js")], judge: inPackage("cli/review/judge.ts") };

/** Preloaded into a program: it starts faster. */
export const quickStart = inPackage("bin/quick-start.js");
