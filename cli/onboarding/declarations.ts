import type { CommandDeclaration, CommandOption } from "../command";

const json: CommandOption = { flags: "--json", description: "print one JSON document on standard output" };
const stack: CommandOption = {
  flags: "-s, --stack <name>",
  description: "the stack, one per partner tenant",
  isRequired: true,
};

/** The commands that bring a tenant in: before its first update, and once for its user. */
export const onboardingCommands: readonly CommandDeclaration[] = [
  {
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
        description: "OWNER/REPO where the workflows run, or OWNER@ID/REPO@ID where subjects carry ids",
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
    load: async () => (await import("../commands/deployer")).runDeployer,
  },
];
