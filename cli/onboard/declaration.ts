import type { CommandDeclaration } from "../shared/command";
import { json, stack } from "../shared/options";

export const newCommand: CommandDeclaration = {
  name: "new",
  arguments: [
    { name: "<alias>", description: "short name of the partner: 2 to 32 lower-case letters, digits, dashes" },
  ],
  summary: "write the stack file of one more partner tenant",
  description:
    "Writes a commented Pulumi.<alias>.yaml that passes every check, and never overwrites one. Asks on a terminal for what the options " +
    "do not say. Calls nobody.",
  options: [
    { flags: "--tenant-id <id>", description: "the partner tenant" },
    { flags: "--domain <name>", description: "its primary domain" },
    { flags: "--user <name>", description: "user principal name of the reporting user" },
    {
      flags: "--assigned-by <who>",
      description: "who assigns the user to the application: admin or deployer; admin, by hand, when left out",
    },
    { flags: "--vault-tenant-id <id>", description: "tenant of the vault; the partner tenant when left out" },
    { flags: "--subscription-id <id>", description: "subscription of the vault" },
    { flags: "--vault-client-id <id>", description: "application that writes the vault" },
    { flags: "--resource-group <name>", description: "resource group of the vault; it must exist" },
    { flags: "--vault-name <name>", description: "the vault" },
    { flags: "--vault-mode <mode>", description: "existing, create or recover; existing when left out" },
    { flags: "--print", description: "print the file and write nothing" },
    json,
  ],
  examples: [
    "partner-access new contoso",
    "partner-access new contoso --print --tenant-id 0d9e… --domain contoso.com --user reports@contoso.com …",
  ],
  load: async () => (await import("./run-new")).runNew,
};

export const deployerCommand: CommandDeclaration = {
  name: "deployer",
  summary: "print what the tenant's administrator and the vault's owner must run",
  description:
    "Prints two scripts for the Azure CLI and runs nothing: one for the partner tenant's administrator (deployer and rotator, the " +
    "pipelines they trust, exactly the rights this stack needs, the APIs' principals, the reporting user's assignment), one for the " +
    "vault's owner (the roles of the vault's identity). Each may be run again, and takes everything back with --take-back.\n\n" +
    "The identities trust jobs of the environments apply-STACK and rotate-STACK on GitHub, and on Azure DevOps the service " +
    "connections CONNECTION-apply-STACK, CONNECTION-rotate-STACK and CONNECTION-vault.",
  options: [
    stack,
    {
      flags: "--github <repository>",
      description:
        "OWNER/REPO where the workflows run, HOST/OWNER/REPO on a server of your own, OWNER@ID/REPO@ID where subjects carry ids",
    },
    {
      flags: "--azure-devops <connection>",
      description: "ORG/PROJECT/CONNECTION where the pipelines run; what the connections' names begin with",
    },
    { flags: "--for <person>", description: "print one script alone: administrator or vault-owner" },
    json,
  ],
  examples: [
    "partner-access deployer -s contoso --github fabrikam/partner-access",
    "partner-access deployer -s contoso --azure-devops fabrikam/access/partner-access --for vault-owner",
  ],
  load: async () => (await import("./run-deployer")).runDeployer,
};
