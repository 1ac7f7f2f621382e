import { createHash } from "node:crypto";
import { z } from "zod";
import { CommandError } from "../shared/document";
import type { PipelineSystem, ProjectText } from "./template";

/** What package.json remembers of the files that `init` wrote. */
export interface TemplateRecord {
  /** Version of this package whose files these are. */
  readonly version: string;
  readonly pipelines: PipelineSystem;
  /** SHA-256 of each file as it was written, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** This package and the SDKs that it was tested with, at exact versions. */
export interface Versions {
  readonly name: string;
  readonly version: string;
  readonly node: string;
  readonly sdks: Readonly<Record<string, string>>;
}

const recordKey = "partnerAccess";
/** A path below the project: an update deletes what is no longer written, and a change of package.json must not choose what else. */
const ownPath = /^(?!.*\.\.)[\w.-]+(?:\/[\w.-]+)*$/;
const manifest = z.looseObject({
  name: z.string().optional(),
  [recordKey]: z.object({
    version: z.string(),
    pipelines: z.enum(["github", "azure-devops"]),
    files: z.record(z.string().regex(ownPath), z.string()),
  }),
});

/** SHA-256 of a text, whatever line ends git gave it. */
export function contentHash(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** The record of these files, as this version writes them. */
export function recordOf(files: readonly ProjectText[], pipelines: PipelineSystem, version: string): TemplateRecord {
  return { version, pipelines, files: Object.fromEntries(files.map(({ path, text }) => [path, contentHash(text)])) };
}

/** The package.json of a new project. */
export function newManifest(
  name: string,
  { name: tool, version, node, sdks }: Versions,
  record: TemplateRecord,
): string {
  return print({
    name,
    private: true,
    description: "Access to Microsoft's Partner APIs as code",
    engines: { node },
    scripts: { "partner-access": "partner-access" },
    dependencies: Object.fromEntries(Object.entries({ ...sdks, [tool]: version }).sort()),
    [recordKey]: record,
  });
}

/**
 * What an existing package.json remembers.
 * @throws no-template where it is no JSON or `init` did not write it
 */
export function readRecord(text: string, file: string): TemplateRecord {
  const parsed = manifest.safeParse(parse(text));
  if (parsed.success) return parsed.data[recordKey];
  throw new CommandError([
    {
      code: "no-template",
      message: `${file} does not say which files init wrote (its key ${recordKey} is missing or wrong)`,
      fix: "Restore package.json from the last commit, or write a project into an empty folder and move the stack files there.",
    },
  ]);
}

/** The same package.json with another record; everything else stays. */
export function withRecord(text: string, record: TemplateRecord): string {
  return print({ ...(parse(text) as object), [recordKey]: record });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function print(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
