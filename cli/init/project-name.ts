import { invalidOption } from "../shared/document";

/** What both Pulumi and npm accept as a name (npm adds: no capitals, 214 characters). */
const accepted = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/**
 * The name of a project: the namespace of its configuration keys and a part of its stacks' full names, so it never changes.
 * @throws invalid-option for a name that Pulumi or npm would refuse
 */
export function projectName(given: string | undefined, folder: string): string {
  const name =
    given ??
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+|-+$/g, "");
  if (accepted.test(name)) return name;
  throw invalidOption(
    given === undefined
      ? `the folder ${JSON.stringify(folder)} gives no name for the project`
      : `--name must be lower-case letters, digits, dots, dashes and underscores, and begin with a letter or digit, got ${JSON.stringify(given)}`,
    "Name it, for example: --name our-partners",
  );
}
