import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { githubRules } from "./github-lint";

/** This checkout. */
export const root = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** The rotation of either system, which most rules are tried on. */
export const github = read(".github/workflows/rotate.yml");
export const azure = read("azure-pipelines/rotate.yml");
/** A workflow of GitHub by its name. */
export const githubFile = (name: string) => read(`.github/workflows/${name}.yml`);
/** A pipeline of Azure DevOps by its name. */
export const azureFile = (name: string) => read(`azure-pipelines/${name}.yml`);
/** What both systems run, by its name. */
export const ciFile = (name: string) => read(`.ci/${name}`);
/** Every workflow, in both systems. */
export const names = Object.keys(githubRules) as (keyof typeof githubRules)[];
