import { createTwoFilesPatch } from "diff";
import { readProjectName } from "../../configuration/project-files";
import { commandLine, counted } from "../../model/command-line";
import { version } from "../../package.json";
import type { CommandContext, ExitCode } from "../shared/command";
import { resultStream, writeDocument } from "../shared/document";
import { isAgreed } from "../shared/question";
import type { InitCommandOptions } from "./declaration";
import { readRecord, recordOf, withRecord } from "./package-manifest";
import { type FileUpdate, planUpdate, recordAfter } from "./plan-update";
import { deleteFile, packageReader, replaceFile, textIn, writeNew } from "./project-folder";
import { templateFiles } from "./template";

const manifestFile = "package.json";
type Change = Exclude<FileUpdate, { readonly action: "keep" }>;

/** Shows how the files of this project differ from those of the installed version, asks, and changes those that nobody has edited. */
export async function updateProject(options: InitCommandOptions, context: CommandContext): Promise<ExitCode> {
  const { projectDirectory: directory, stderr } = context;
  const manifest = textIn(directory, manifestFile) ?? "";
  const record = readRecord(manifest, `${directory}/${manifestFile}`);
  const name = readProjectName(directory);
  const wanted = templateFiles(name, record.pipelines, packageReader);
  const updates = planUpdate(wanted, record, (path) => textIn(directory, path));
  const changes = updates.filter((it) => it.action !== "keep");
  const out = resultStream(options, context);
  for (const change of changes) out.write(differences(change));
  for (const update of updates)
    if (update.action === "keep") stderr.write(`left as it is, ${reasons[update.why]}: ${update.path}\n`);
  const isWanted = !options.dryRun && (await isConfirmed(changes, record.version, options, context));
  if (isWanted) {
    for (const change of changes) apply(directory, change);
    const next = recordAfter(recordOf(wanted, record.pipelines, version), record, updates);
    const text = withRecord(manifest, next);
    if (text !== manifest) replaceFile(directory, { path: manifestFile, text });
  }
  const isUpToDate = changes.length === 0;
  if (isUpToDate) out.write(`the files of this project are those of version ${version}\n`);
  if (options.json) {
    const files = updates.map(({ path, ...update }) => ({
      path,
      action: update.action,
      ...("why" in update && { why: update.why }),
    }));
    const project = { directory, name, pipelines: record.pipelines, from: record.version, version };
    const document = { schema: "partner-access/init/1", ok: isWanted || options.dryRun || isUpToDate } as const;
    writeDocument(context, { ...document, ...{ project, files, written: isWanted }, stacks: [], problems: [] });
  }
  return isWanted || options.dryRun || isUpToDate ? 0 : 1;
}

const reasons = {
  edited: "because this project has edited it",
  deleted: "because this project has deleted it",
  yours: "because it is not one that init wrote",
} as const;

/** Nothing to change needs no answer; the record is brought up to date all the same. */
async function isConfirmed(
  changes: readonly Change[],
  from: string,
  { yes }: InitCommandOptions,
  context: CommandContext,
): Promise<boolean> {
  if (yes || changes.length === 0) return true;
  const question = `Change ${counted(changes.length, "file")} from version ${from} to ${version}?`;
  return isAgreed(question, `nothing is changed without --yes: ${commandLine("init", "--update", "--yes")}`, context);
}

function differences(change: Change): string {
  const [before, after] = change.action === "write" ? [change.before ?? "", change.after] : [change.before, ""];
  return visible(createTwoFilesPatch(`a/${change.path}`, `b/${change.path}`, before, after));
}

/** A file may hold what a terminal obeys; a difference is to be read. */
function visible(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "\uFFFD");
}

function apply(directory: string, change: Change): void {
  if (change.action === "delete") deleteFile(directory, change.path);
  else if (change.before === undefined) writeNew(directory, { path: change.path, text: change.after });
  else replaceFile(directory, { path: change.path, text: change.after });
}
