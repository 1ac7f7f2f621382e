import { readCloudEndpoints } from "../../clients/entra/clouds";
import { readStackFromFiles } from "../../configuration/read-stack";
import type { CommandRunner } from "../shared/command";
import { writeDocument } from "../shared/document";
import { administratorScript } from "./administrator-script";
import type { DeployerCommandOptions } from "./declaration";
import { readPipeline } from "./pipelines";
import { vaultOwnerScript } from "./vault-owner-script";

/** `partner-access deployer`: what two people must run before the first update. Prints, never runs. */
export const runDeployer: CommandRunner<DeployerCommandOptions> = async (options, context) => {
  const { stack } = options;
  const configuration = readStackFromFiles(context.projectDirectory, stack);
  const { github, azureDevops } = options;
  const pipeline = readPipeline(stack, { github, azureDevops });
  const { for: only } = options;
  const endpoints = await readCloudEndpoints({ cloud: configuration.tenant.cloud, signal: context.signal });
  const scripts = [
    {
      for: "administrator",
      tenantId: configuration.tenant.id,
      render: () => administratorScript(configuration, pipeline, endpoints),
    },
    {
      for: "vault-owner",
      tenantId: configuration.vault.tenantId,
      render: () => vaultOwnerScript(configuration, pipeline),
    },
  ]
    .filter((entry) => only === undefined || entry.for === only)
    // Only what is wanted: a solo stack on its way to a pipeline has no vault's identity yet.
    .map(({ render, ...entry }) => ({ ...entry, script: render() }));
  if (options.json) {
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
