import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogFileName, readCatalogFile } from "../../configuration/catalog-file";
import { describeProblem } from "../../configuration/problem";
import { readProjectFiles } from "../../configuration/project-files";
import { commandLine } from "../../model/command-line";
import { isGuid } from "../../model/guid";
import { findApi } from "../../permissions/catalog";
import type { CommandRunner } from "../shared/command";
import { CommandError, invalidOption, writeDocument } from "../shared/document";
import { openTenant, type Tenant } from "../shared/tenant";
import type { CatalogCommandOptions } from "./declaration";
import { catalogText, type Refreshed, refreshed } from "./refreshed";

/** `partner-access catalog refresh`: an API's permissions from what its principal in the tenant publishes. */
export const runCatalog: CommandRunner<CatalogCommandOptions> = async (options, context, [action = "refresh"]) => {
  if (action !== "refresh") throw invalid(`catalog knows refresh, got ${JSON.stringify(action)}`);
  const { stack } = options;
  const tenant = await openTenant(stack, context);
  const added = readAdded(context.projectDirectory);
  const wanted = options.api === undefined ? added.map(({ clientId }) => clientId) : [clientIdOf(options.api)];
  if (wanted.length === 0)
    throw invalid("catalog refresh needs --api the first time, because no API has been added yet");
  const found: Refreshed[] = [];
  for (const clientId of wanted) {
    const known = added.find((it) => it.clientId === clientId);
    found.push(refreshed(await published(tenant, clientId), known));
  }
  const others = added.filter(({ clientId }) => !wanted.includes(clientId));
  const text = catalogText([...others, ...found.map(({ api }) => api)]);
  demandReadable(text);
  write(context.projectDirectory, text);
  const apis = found.map(({ api: { name, clientId }, ...changes }) => ({ name, clientId, ...changes }));
  if (options.json) {
    writeDocument(context, {
      schema: "partner-access/catalog/1",
      ok: true,
      stacks: [{ stack, apis }],
      problems: [],
    });
  } else {
    for (const it of apis) {
      const counts = `${it.added.length} added, ${it.changed.length} changed, ${it.removed.length} removed`;
      context.stdout.write(`${JSON.stringify(it.name)} (${it.clientId}): ${counts}, in ${catalogFileName}\n`);
    }
    context.stderr.write("Permissions without a rating count as high risk: write risk and riskReason to rate them.\n");
  }
  return 0;
};

async function published({ view, configuration }: Tenant, clientId: string) {
  const api = await view.publishedApi(clientId);
  if (api !== undefined) return api;
  throw new CommandError([
    {
      code: "api-not-in-tenant",
      message: `${configuration.tenant.domain} has no service principal of ${clientId}`,
      fix: "Ask an administrator to add it to the tenant, or name a stack whose tenant has it.",
    },
  ]);
}

function readAdded(projectDirectory: string) {
  const { project, catalogText } = readProjectFiles(projectDirectory);
  const { added, problems: own } = readCatalogFile(catalogText);
  const problems = [...project.problems, ...own];
  if (problems.length === 0) return added;
  // Written anew, a person's ratings in it would be lost.
  throw new CommandError(
    problems.map((it) => ({ code: "invalid-configuration", message: describeProblem(it), fix: it.fix })),
  );
}

/** Texts of others went into it: what would be refused when it is read must not be written. */
function demandReadable(text: string): void {
  const { problems } = readCatalogFile(text);
  if (problems.length === 0) return;
  throw new CommandError(
    problems.map((it) => ({ code: "unfit-api", message: describeProblem(it), fix: "This API cannot be added." })),
  );
}

function clientIdOf(option: string | boolean): string {
  const text = String(option).trim().toLowerCase();
  if (!isGuid(text)) throw invalid(`--api must be a client id, got ${text}`);
  const builtIn = findApi(text);
  if (builtIn !== undefined) throw invalid(`${builtIn.name} is in the built-in catalog, which is maintained by hand`);
  return text;
}

/** Beside and renamed: a kill leaves the old file or the new one. */
function write(projectDirectory: string, text: string): void {
  const file = join(projectDirectory, catalogFileName);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

function invalid(message: string): CommandError {
  return invalidOption(message, `See: ${commandLine("catalog", "--help")}`);
}
