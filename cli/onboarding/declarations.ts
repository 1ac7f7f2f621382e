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
    load: async () => (await import("../commands/new")).runNew,
  },
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
  {
    name: "preflight",
    summary: "what is missing before the first update, and who can mend it",
    description:
      "Looks at the partner tenant, the vault, the state store and, when somebody has signed in, at Partner Center: each check is ok, warning, " +
      "failed, or cannot tell with the reason. What is missing is grouped by the person who can mend it. Reads only, and tries no write: " +
      "rights are read from the identity's own token and from Azure's answer.\n\n" +
      "Run it as the pipeline does. Exit code 1 when a check failed.",
    options: [stack, { flags: "--as <identity>", description: "deployer or rotator; deployer when left out" }, json],
    examples: ["partner-access preflight -s contoso", "partner-access preflight -s contoso --as rotator --json"],
    load: async () => (await import("../commands/preflight")).runPreflight,
  },
];
