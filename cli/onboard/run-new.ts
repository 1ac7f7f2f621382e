import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ProjectFiles, readProjectFiles, stackFileName } from "../../configuration/project-files";
import { entryWriters, isSolo, readStackConfiguration, readStackFromFiles } from "../../configuration/read-stack";
import { readStackFile } from "../../configuration/stack-file";
import { commandLine } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { CommandError, invalidOption, type Problem, writeDocument } from "../shared/document";
import { initLine } from "../shared/missing-stack";
import type { NewCommandOptions } from "./declaration";
import { readDraft } from "./read-draft";
import { renderStackFile } from "./stack-file-draft";

/** `partner-access new ALIAS`: a stack file for one more partner tenant, checked before it is written, never over another. */
export const runNew: CommandRunner<NewCommandOptions> = async (options, context, [alias = ""]) => {
  const { projectDirectory, stdout, stderr } = context;
  const file = stackFileName(alias);
  // Checked before asking: nine questions, and then "the file exists", would waste a person's time.
  const files = readProjectFiles(projectDirectory);
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(alias)) throw badAlias(alias);
  if (!options.solo) refuseSoloOptions(options);
  // Again, after a failure: the file is there, and what it needs may not be.
  const isRepeated = options.solo && !options.print && files.stackFiles.has(alias) && isSolo(files, alias);
  if (!options.print && !isRepeated && files.stackFiles.has(alias)) throw isThere(file);
  const text = isRepeated ? "" : await checkedText(alias, files, options, context);
  const written = !options.print && !isRepeated;
  if (written) await write(join(projectDirectory, file), text, file);
  if (!options.json) stdout.write(options.print ? text : `${file}\n`);
  const created = options.solo && !options.print ? await prepare(alias, options, context) : [];
  const problems = created === undefined ? [declined(alias)] : [];
  if (options.json) {
    const document = { schema: "partner-access/new/1", ok: problems.length === 0, problems } as const;
    writeDocument(context, { ...document, stacks: [{ stack: alias, file, written, created: created ?? [] }] });
  }
  for (const { message, fix } of problems) stderr.write(`${message}\n  ${fix}\n`);
  if (!options.print && problems.length === 0) stderr.write(nextSteps(alias, options.solo, context));
  return problems.length === 0 ? 0 : 1;
};

async function checkedText(
  alias: string,
  files: ProjectFiles,
  options: NewCommandOptions,
  context: CommandContext,
): Promise<string> {
  const file = stackFileName(alias);
  const text = renderStackFile(await readDraft(alias, options, context));
  const { values, problems } = readStackFile(text, file);
  if (problems.length > 0) throw new Error(`${file} would not be readable: ${problems[0]?.message}`);
  readStackConfiguration({
    stack: alias,
    namespace: files.project.name,
    values: { ...files.project.defaults, ...values },
    entryWriters: entryWriters(files),
    policyText: files.policyText,
  });
  return text;
}

/** Loaded only for a solo stack: everything else here needs no sign-in. */
async function prepare(alias: string, { location, yes }: NewCommandOptions, context: CommandContext) {
  const { prepareSoloVault } = await import("./solo-vault");
  const configuration = readStackFromFiles(context.projectDirectory, alias);
  return prepareSoloVault(configuration, { location: location ?? "westeurope", yes }, context);
}

function declined(alias: string): Problem {
  const fix = `Nothing was created in Azure. To create it: ${commandLine("new", alias, "--solo", "--yes")}`;
  return { code: "declined", message: `the vault of ${alias} was not prepared`, fix };
}

function refuseSoloOptions({ location, yes }: NewCommandOptions): void {
  if (location === undefined && !yes) return;
  throw invalidOption("--location and --yes are for --solo, which creates something", "Leave them out, or add --solo.");
}

/** `wx`: created by this call or not at all, whatever else happens at the same moment. */
async function write(path: string, text: string, file: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? isThere(file) : error;
  });
}

function nextSteps(alias: string, solo: boolean, context: CommandContext): string {
  if (solo) {
    const commands = [
      initLine(alias, context),
      commandLine("up", "-s", alias, "--preflight"),
      commandLine("sign-in", "-s", alias),
    ];
    return ["Next:", ...commands.map((command) => `    ${command}`), ""].join("\n");
  }
  return [
    "Next:",
    "  scripts that two people must run first:",
    `    ${commandLine("deployer", "-s", alias, "--github", "OWNER/REPO")}`,
    "  a state of its own, see docs/real-tenant.md:",
    `    ${initLine(alias, context)}`,
    "  what is still missing, and who can fix it:",
    `    ${commandLine("preflight", "-s", alias)}`,
    "",
  ].join("\n");
}

function badAlias(alias: string): CommandError {
  return invalidOption(
    `the alias must be 2 to 32 lower-case letters, digits and dashes, beginning with a letter, got ${JSON.stringify(alias)}`,
    "Choose a short name of the partner: stack, application and vault entries are named after it.",
  );
}

function isThere(file: string): CommandError {
  return new CommandError([
    {
      code: "file-exists",
      message: `${file} exists, and is never overwritten`,
      fix: "Edit it, choose another alias, or look at what would be written with --print.",
    },
  ]);
}
