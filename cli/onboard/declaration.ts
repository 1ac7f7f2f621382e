import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { flag, json, parsed, stack, text } from "../shared/options";

const newOptions = {
  tenantId: text("--tenant-id <id>", "the partner tenant; default: the one that its domain names"),
  domain: text("--domain <name>", "primary domain of the partner's tenant"),
  user: text("--user <name>", "user principal name of the reporting user"),
  assignedBy: text(
    "--assigned-by <who>",
    "who assigns the user to the application: admin (by hand) or deployer; default: admin",
  ),
  vaultTenantId: text("--vault-tenant-id <id>", "tenant of the vault; default: the partner tenant"),
  subscriptionId: text("--subscription-id <id>", "subscription of the vault"),
  vaultClientId: text("--vault-client-id <id>", "application that writes the vault"),
  resourceGroup: text("--resource-group <name>", "resource group of the vault; it must exist"),
  vaultName: text("--vault-name <name>", "the vault"),
  vaultMode: text("--vault-mode <mode>", "existing, create or recover; default: existing"),
  solo: flag("--solo", "one person runs the stack with the Azure CLI's sign-in; creates resource group and vault too"),
  location: text("--location <region>", "with --solo: where group and vault are created; default: westeurope"),
  yes: flag("-y, --yes", "with --solo: create them without a question"),
  print: flag("--print", "print the file and write nothing"),
  json,
};

export type NewCommandOptions = OptionsOf<typeof newOptions>;

export const newCommand = declareCommand({
  name: "new",
  arguments: [
    { name: "<alias>", description: "short name of the partner: 2 to 32 lower-case letters, digits, dashes" },
  ],
  summary: "write the stack file of one more partner tenant",
  description:
    "Writes a commented Pulumi.<alias>.yaml that passes every check, and never overwrites one. Asks on a terminal for what the options " +
    "do not say. The tenant id is read from the domain's public document; without --solo no other call is made.\n\n" +
    "With --solo, for one person who administers both tenants (after az login), it then looks for resource group, vault and the person's role on " +
    "it, shows what is missing with its reason, asks once and creates only that. Run it again after any failure.",
  options: newOptions,
  examples: [
    "partner-access new contoso",
    "partner-access new contoso --solo",
    "partner-access new contoso --print --tenant-id 0d9e… --domain contoso.com --user reports@contoso.com …",
  ],
  load: async () => (await import("./run-new")).runNew,
});

const deployerOptions = {
  stack,
  github: text(
    "--github <repository>",
    "OWNER/REPO where the workflows run, HOST/OWNER/REPO on a server of your own, OWNER@ID/REPO@ID where subjects carry ids",
  ),
  azureDevops: text(
    "--azure-devops <connection>",
    "ORG/PROJECT/CONNECTION where the pipelines run; CONNECTION is the beginning of the connections' names",
  ),
  for: parsed(text("--for <person>", "print only one script: administrator or vault-owner"), readPerson),
  json,
};

export type DeployerCommandOptions = OptionsOf<typeof deployerOptions>;

export const deployerCommand = declareCommand({
  name: "deployer",
  summary: "print the scripts that the tenant's administrator and the vault's owner must run",
  description:
    "Prints two scripts for the Azure CLI and runs nothing: one for the partner tenant's administrator (deployer and rotator, the " +
    "pipelines they trust, exactly the rights this stack needs, the APIs' principals, the reporting user's assignment), one for the " +
    "vault's owner (the roles of the vault's identity). Each can be run again, and undoes everything with --take-back.\n\n" +
    "The identities trust jobs of the environments apply-STACK and rotate-STACK on GitHub, and on Azure DevOps the service " +
    "connections CONNECTION-apply-STACK, CONNECTION-rotate-STACK and CONNECTION-vault.",
  options: deployerOptions,
  examples: [
    "partner-access deployer -s contoso --github fabrikam/partner-access",
    "partner-access deployer -s contoso --azure-devops fabrikam/access/partner-access --for vault-owner",
  ],
  load: async () => (await import("./run-deployer")).runDeployer,
});

function readPerson(text: string | undefined): "administrator" | "vault-owner" | undefined {
  if (text === undefined || text === "administrator" || text === "vault-owner") return text;
  throw invalidOption(`--for must be administrator or vault-owner, got ${text}`, "Leave it out to print both scripts.");
}
