import { readProjectFiles } from "../../configuration/project-files";
import type { CommandContext } from "../shared/command";
import { CommandError } from "../shared/document";

/**
 * The key service that the stack's file names, for a state that is begun anew. Without it the engine would take a passphrase, also an empty
 * one, and rewrite the file: both client secrets would lie in the state as good as open.
 */
export function secretsProvider(
  { projectDirectory }: Pick<CommandContext, "projectDirectory">,
  stack: string,
): string | undefined {
  const named = readProjectFiles(projectDirectory).stackFiles.get(stack)?.read().settings["secretsprovider"];
  return typeof named === "string" && named !== "" && named !== "passphrase" ? named : undefined;
}

/** Client secrets must not go into a state that is encrypted for another key than the stack's file names. */
export function refuseOtherKey(stack: string, exported: string, provider: string | undefined): void {
  const { deployment } = JSON.parse(exported) as { deployment?: { secrets_providers?: { type?: string } } | null };
  const type = deployment?.secrets_providers?.type;
  if (provider === undefined || type !== "passphrase") return;
  throw new CommandError([
    {
      code: "other-key",
      message: `the stack's file names ${provider.split(":")[0]} for the secrets in the state of ${stack}, and the state has a passphrase`,
      fix: `Remove that state (pulumi stack rm ${stack}), restore the lines secretsprovider and encryptedkey in the file, and run this again.`,
    },
  ]);
}
