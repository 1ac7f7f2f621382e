/** Which system runs the project's pipelines. */
export type PipelineSystem = "github" | "azure-devops";

/** A file of a project, by its path in it. */
export interface ProjectText {
  readonly path: string;
  readonly text: string;
}

/** Where a project's files come from: one file of this package, under another name where npm would drop or read its own. */
interface TemplateFile {
  readonly source: string;
  readonly path: string;
  readonly only?: PipelineSystem;
}

const files: readonly TemplateFile[] = [
  { source: "template/Pulumi.yaml", path: "Pulumi.yaml" },
  { source: "template/index.js", path: "index.js" },
  { source: "template/access-policy.yaml", path: "access-policy.yaml" },
  { source: "template/README.md", path: "README.md" },
  // npm leaves a file of its real name out of a package.
  { source: "template/gitignore", path: ".gitignore" },
  { source: "template/CODEOWNERS", path: ".github/CODEOWNERS", only: "github" },
];

/** The folder whose files are the same in this repository and in every project. */
const pipelineFolders: Readonly<Record<PipelineSystem, string>> = {
  github: ".github/workflows",
  "azure-devops": "azure-pipelines",
};

/** What tests and publishes this repository; a package does not hold it. */
const ownWorkflows = ["ci.yml", "release.yml"];

/** How the files of this package are read; `list` names the files of a folder. */
export interface TemplateReader {
  list(folder: string): readonly string[];
  read(file: string): string;
}

/** The files of a project of that name, without package.json, sorted by path. */
export function templateFiles(name: string, system: PipelineSystem, reader: TemplateReader): readonly ProjectText[] {
  const folder = pipelineFolders[system];
  const pipelines = reader
    .list(folder)
    .filter((file) => file.endsWith(".yml") && !ownWorkflows.includes(file))
    .map((file): TemplateFile => ({ source: `${folder}/${file}`, path: `${folder}/${file}` }));
  return [...files.filter(({ only }) => only === undefined || only === system), ...pipelines]
    .map(({ source, path }) => ({ path, text: reader.read(source).replaceAll("PROJECT_NAME", name) }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
