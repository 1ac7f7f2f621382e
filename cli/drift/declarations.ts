import type { CommandDeclaration } from "../shared/command";
import { json } from "../shared/options";

/** What looks at the live tenant: for what nobody declared, and for what an API offers. */
export const driftCommands: readonly CommandDeclaration[] = [
  {
    name: "drift",
    summary: "what a tenant and a vault hold that nobody declared",
    description:
      "Reads the live tenant and vault, and compares them with what the program declares: permissions, consent, assignments, " +
      "settings, owners, credentials, memberships, vault entries and who holds roles on them. What nobody declared is listed, and what " +
      "is declared and missing. Changes nothing; read-only rights are enough (Application.Read.All and Directory.Read.All in the " +
      "tenant, Key Vault Reader on the vault).\n\n" +
      'Exit code 1 when something is not as declared. A look-up that fails is an error and never taken for "nothing there": exit code 2 ' +
      "when no stack could be looked at, 1 when some could.",
    options: [
      { flags: "-s, --stack <name>", description: "one stack" },
      { flags: "--all", description: "every stack of this project" },
      json,
    ],
    examples: ["partner-access drift -s contoso", "partner-access drift --all --json"],
    load: async () => (await import("./run")).runDrift,
  },
  {
    name: "catalog",
    arguments: [{ name: "[action]", description: "refresh, the only one there is" }],
    summary: "add an API to what stacks may ask for",
    description:
      "catalog refresh reads what an API's service principal publishes in the stack's tenant (permissions, ids, texts) and writes it into " +
      "api-catalog.yaml, which stack files, the access policy and reviews then know. Ratings that people wrote stay while the " +
      "permission is the same; what nobody has rated counts as high. Without --api it refreshes what was added before.",
    options: [
      { flags: "-s, --stack <name>", description: "the stack whose tenant has the API", isRequired: true },
      { flags: "--api <clientId>", description: "client id of the API to add or refresh" },
      json,
    ],
    examples: [
      "partner-access catalog refresh -s contoso --api 00000002-0000-0ff1-ce00-000000000000",
      "partner-access catalog refresh -s contoso --json",
    ],
    load: async () => (await import("../catalog/run")).runCatalog,
  },
];
