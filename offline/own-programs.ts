import { dirname, join } from "node:path";

/** Bundled into `dist/`, or run from its sources in the repository. */
const isBuilt = __filename.endsWith(".js");

/** The folder of this package: `offline/` in the repository. */
export const packageFolder = isBuilt ? dirname(__dirname) : __dirname;

/** What other programs start: the provider plugins and the Node host. In a build each is a file of this name in `dist/`. */
const programs = {
  azuread: "providers/azuread/main.ts",
  "azure-native": "providers/azure-native/main.ts",
  "node-host": "engine/node-host/main.ts",
} as const;

/** The arguments with which Node starts one of them, from a package in that folder. */
export function programArguments(program: keyof typeof programs, folder = packageFolder): readonly string[] {
  if (isBuilt) return [join(folder, "dist", `${program}.js`)];
  return ["-r", join(dirname(folder), "bin", "transpile.js"), join(folder, programs[program])];
}
