import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { azureStarts } from "./azure-lint";
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
/** What our own CI runs. */
export const ciRun = read(".ci/run");
/** Every workflow of GitHub. */
export const githubNames = Object.keys(githubRules) as (keyof typeof githubRules)[];
/** Those that operate tenants, which both systems have. The tests of this project itself run on GitHub only. */
export const names = Object.keys(azureStarts) as (keyof typeof azureStarts)[];
