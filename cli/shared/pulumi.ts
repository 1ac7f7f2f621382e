import { isLoopback } from "../../clients/entra/clouds";
import {
  findOnPath,
  isAtLeast,
  oldestPulumi,
  readPulumiVersion,
  readStateStore,
} from "../../clients/pulumi/pulumi-cli";
import { readOneStack } from "../../configuration/project-files";
import { isSolo } from "../../configuration/read-stack";
import type { CommandContext } from "./command";
import { CommandError } from "./document";

/** The Pulumi CLI of this machine, or an error that says how to get one. Production never builds or downloads it. */
export async function demandPulumi(env: CommandContext["env"]): Promise<string> {
  const pulumi = await findOnPath(env);
  if (pulumi === undefined) {
    throw new CommandError([
      {
        code: "no-pulumi",
        message: "there is no pulumi on PATH",
        fix: `Install Pulumi ${oldestPulumi} or later (https://www.pulumi.com/docs/install/), or try "npm start", which does not need it.`,
      },
    ]);
  }
  const version = await readPulumiVersion(pulumi, env);
  if (isAtLeast(version, oldestPulumi)) return pulumi;
  throw new CommandError([
    {
      code: "old-pulumi",
      message: `${pulumi} is version ${version}; ${oldestPulumi} or later is needed`,
      fix: "Update Pulumi (https://www.pulumi.com/docs/install/).",
    },
  ]);
}

/**
 * The state holds both client secrets, encrypted. A file on one machine, or a passphrase that people share, is no place for
 * them: refused, except against the emulator or when told so. A solo stack has one machine, and one person who keeps it: only warned.
 */
export async function demandSharedState(
  stack: string,
  pulumi: string,
  context: CommandContext,
  isAllowed: boolean,
): Promise<void> {
  const { env, projectDirectory, stderr } = context;
  const files = readOneStack(projectDirectory, stack);
  const isPersonal = isSolo(files, stack);
  const metadataHost = env["ARM_METADATA_HOSTNAME"];
  const isEmulated = metadataHost !== undefined && isLoopback(metadataHost);
  if (!isPersonal && (isAllowed || isEmulated)) return;
  const store = await readStateStore(pulumi, projectDirectory, env);
  const settings = files.stackFiles.get(stack)?.read().settings;
  const fix =
    'See docs/operations.md, "State and its key", for a shared store and a key service, or pass --allow-local-state to accept it.';
  const problems = [
    ...(store.isLocal
      ? [{ code: "local-state", message: `the state of ${stack} would be on this machine only (${store.url})`, fix }]
      : []),
    ...(settings?.["encryptionsalt"] !== undefined
      ? [{ code: "passphrase", message: `the secrets in the state of ${stack} are protected by a passphrase`, fix }]
      : []),
  ];
  if (problems.length === 0) return;
  if (!isPersonal) throw new CommandError(problems);
  stderr.write(
    `warning: ${problems.map(({ message }) => message).join(", and ")}: whoever loses either loses the stack\n`,
  );
}
