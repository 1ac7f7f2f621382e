import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, text } from "../shared/options";

const options = {
  azureDevops: flag("--azure-devops", "write pipelines for Azure DevOps; default: workflows for GitHub"),
  name: text("--name <name>", "name of the project; default: that of its folder"),
  update: flag("--update", "bring the files of an existing project up to the installed version"),
  yes: flag("--yes", "with --update: do not ask"),
  dryRun: flag("--dry-run", "show what would be written, and write nothing"),
  skipInstall: flag("--skip-install", "do not run npm install"),
  json,
};

export type InitCommandOptions = OptionsOf<typeof options>;

export const initCommand = declareCommand({
  name: "init",
  needsProject: ({ update }) => update === true,
  arguments: [{ name: "[directory]", description: "where to write the project; default: this folder" }],
  summary: "write a project of your own, or bring one up to date",
  description:
    "Writes package.json (this package at its exact version), Pulumi.yaml, index.js, access-policy.yaml, a README, .gitignore, and the " +
    "workflows that review, apply, rotate and watch, with their code owners. Then runs npm install. A file that exists is never overwritten: " +
    "it is left as it is and named. Makes no network call besides those of npm.\n\n" +
    "With --update it shows how the files differ from those of the installed version, asks, and writes those that nobody has edited. An " +
    "edited file is left alone and named. package.json remembers what was written.",
  options,
  examples: [
    "partner-access init our-partners",
    "partner-access init our-partners --azure-devops",
    "partner-access init --update --dry-run",
  ],
  load: async () => (await import("./run")).runInit,
});
