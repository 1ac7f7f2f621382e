import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, markdown, text } from "../shared/options";

const options = {
  stack: text("-s, --stack <name>", "one stack"),
  all: flag("--all", "every stack of this project"),
  markdown,
  json,
};

export type DriftCommandOptions = OptionsOf<typeof options>;

export const driftCommand = declareCommand({
  name: "drift",
  summary: "list what a tenant and a vault hold that nobody declared",
  description:
    "Reads the live tenant and vault, and compares them with what the program declares: permissions, consent, assignments, " +
    "settings, owners, credentials, memberships, vault entries and who holds roles on them. It lists what nobody declared, and what " +
    "is declared and missing. Changes nothing; read-only rights are enough (Application.Read.All and Directory.Read.All in the " +
    "tenant, Key Vault Reader on the vault).\n\n" +
    'Exit code 1 when something is not as declared. A failed read is an error, never treated as "not found": exit code 2 ' +
    "when no stack could be read, 1 when some could.",
  options,
  examples: ["partner-access drift -s contoso", "partner-access drift --all --json"],
  load: async () => (await import("./run")).runDrift,
});
