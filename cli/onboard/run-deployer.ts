import { readCloudEndpoints } from "../../clients/entra/clouds";
import { readStackFromFiles } from "../../configuration/read-stack";
import type { CommandRunner } from "../shared/command";
import { invalidOption, writeDocument } from "../shared/document";
import { administratorScript } from "./administrator-script";
import { readPipeline } from "./pipelines";
import { vaultOwnerScript } from "./vault-owner-script";

const readers = ["administrator", "vault-owner"] as const;

/** `partner-access deployer`: what two people must run before the first update. Prints, never runs. */
export const runDeployer: CommandRunner = async (options, context) => {
  const stack = String(options["stack"]);
  const configuration = readStackFromFiles(context.projectDirectory, stack);
  const { github, azureDevops } = options;
  const pipeline = readPipeline(stack, { github, azureDevops });
  const only = options["for"];
  if (only !== undefined && !readers.some((reader) => reader === only)) {
    throw invalidOption(
      `--for must be ${readers.join(" or ")}, got ${String(only)}`,
      "Leave it out to print both scripts.",
    );
  }
  const endpoints = await readCloudEndpoints({ cloud: configuration.tenant.cloud, signal: context.signal });
  const scripts = [
    {
      for: "administrator",
      tenantId: configuration.tenant.id,
      script: administratorScript(configuration, pipeline, endpoints),
    },
    {
      for: "vault-owner",
      tenantId: configuration.vault.tenantId,
      script: vaultOwnerScript(configuration, pipeline),
    },
  ].filter((entry) => only === undefined || entry.for === only);
  if (options["json"] === true) {
    const document = { schema: "partner-access/deployer/1", ok: true, problems: [] } as const;
    writeDocument(context, { ...document, stacks: [{ stack, scripts }] });
    return 0;
  }
  // Two scripts for two people must not be run as one: the line between them is no shell.
  context.stdout.write(scripts.map(({ script }) => script).join("\n======== the vault's owner ========\n\n"));
  if (scripts.length > 1) {
    context.stderr.write("Two scripts for two people; --for prints one alone. Nothing was run.\n");
  }
  return 0;
};
