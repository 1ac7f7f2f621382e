import type { CommandDeclaration } from "../shared/command";
import { json, stack } from "../shared/options";

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
    load: async () => (await import("../onboard/run-new")).runNew,
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
    load: async () => (await import("../onboard/run-deployer")).runDeployer,
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
    load: async () => (await import("../preflight/run")).runPreflight,
  },
  {
    name: "sign-in",
    summary: "sign the reporting user in once, with MFA, and keep the refresh token in the vault",
    description:
      "Opens Entra's page (or prints its address), listens on this machine for the answer, and stores the refresh token in the vault after " +
      "it gave a token. Refuses a sign-in without MFA, of another user or in another tenant; warns when the user is an administrator.\n\n" +
      "Needs the right to read client-secret and to write refresh-token in the vault, and no Pulumi. On a machine without a browser " +
      "use --paste: sign in anywhere and paste the address where the browser ends on standard input.",
    options: [
      stack,
      { flags: "--no-browser", description: "print the address and open nothing" },
      { flags: "--paste", description: "read the address where the browser ends from standard input" },
      json,
    ],
    examples: ["partner-access sign-in -s contoso", "partner-access sign-in -s contoso --paste"],
    load: async () => (await import("../sign-in/run")).runSignIn,
  },
  {
    name: "roles",
    summary: "who may see the reports, and give the reporting user the role",
    description:
      "Lists who has Executive Report Viewer and Report Viewer in Partner Center, with an administrator's access token from standard input, " +
      "which is used once and kept nowhere. Without one it prints what to do in the portal. Changes nothing without --assign.",
    options: [
      stack,
      { flags: "--with-token", description: "read an administrator's access token from standard input" },
      { flags: "--assign", description: "give the reporting user the role Executive Report Viewer" },
      json,
    ],
    examples: ["partner-access roles -s contoso", "partner-access roles -s contoso --with-token --assign < token.txt"],
    load: async () => (await import("../roles/run")).runRoles,
  },
  {
    name: "insights",
    arguments: [{ name: "[action]", description: "datasets, query or report" }],
    summary: "list datasets, try a query, save a report",
    description:
      "datasets lists what can be asked for. query runs a query on the spot: at most 100 rows. report creates the query where it is new, " +
      "runs it once, waits for the execution and saves it to a file that is complete or absent.\n\n" +
      "Signs in as token does: with the refresh token in the vault.",
    options: [
      stack,
      { flags: "--query <text>", description: "the query, in Insights' own language" },
      { flags: "--query-file <file>", description: "a file that holds it" },
      { flags: "--query-id <id>", description: "with report: a query that is there" },
      { flags: "--resume <report>", description: "with report: wait for one that is under way, and save it" },
      { flags: "--out <file>", description: "with report: where it is saved" },
      { flags: "--replace", description: "with report: replace that file" },
      { flags: "--name <text>", description: "with report: its name in Partner Center" },
      { flags: "--format <format>", description: "with report: csv or tsv; csv when left out" },
      { flags: "--wait <minutes>", description: "with report: how long to wait; 120 when left out" },
      json,
    ],
    examples: [
      "partner-access insights datasets -s contoso",
      'partner-access insights query -s contoso --query "SELECT CustomerName FROM CustomersAndTenants TIMESPAN LAST_MONTH"',
      "partner-access insights report -s contoso --query-file customers.txt --out customers.csv",
    ],
    load: async () => (await import("../insights/run")).runInsights,
  },
];
