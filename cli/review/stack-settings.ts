import { readProjectSettings, readStackSettings } from "../../configuration/file-settings";
import { stackFileName } from "../../configuration/project-files";
import type { ManifestSetting } from "../../permissions/manifest";
import { contentOf, readEntries } from "./file-entries";

/** What the files of a stack in this checkout decide beside its program. An engine may write into them: read before it runs. */
export function stackSettings(directory: string, stack: string): readonly ManifestSetting[] {
  const paths = [stackFileName(stack), "Pulumi.yaml"];
  const entries = readEntries(directory, paths, new Map());
  const [own, project] = paths.map((path) => contentOf(entries.get(path)));
  return [
    ...(own === undefined ? [] : readStackSettings(own.kind, own.content)),
    ...(project === undefined ? [] : readProjectSettings(project.kind, project.content)),
  ];
}
