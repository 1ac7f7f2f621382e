import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, markdown, text } from "../shared/options";

const options = {
  stack: text("-s, --stack <name>", "one stack"),
  all: flag("--all", "every stack of this project"),
  fromVault: text("--from-vault <url>", "every deployment in a vault, from its list of entries alone"),
  html: text("--html <file>", "also write a page that shows all of it, and who may do what, into this file"),
  openmetrics: flag("--openmetrics", "print metrics for Prometheus instead"),
  markdown,
  json,
};

export type StatusCommandOptions = OptionsOf<typeof options>;

export const statusCommand = declareCommand({
  name: "status",
  needsProject: ({ fromVault }) => fromVault === undefined,
  summary: "show what is published, when it changes, and what is wrong",
  description:
    "Reads the vault's record and the live tenant: published and previous secret, next rotation, age of the refresh token, and what is " +
    "wrong with them. Redeems a token with exactly the published value, or says why that was not checked. Changes nothing. With --from-vault it needs list rights on that vault and nothing else (no state, no Pulumi, no " +
    "stack file): run it as an alarm, separate from the schedule that it watches.\n\n" +
    "Exit code 1 when something is wrong: a rotation 14 days overdue, a secret within 30 days of its end, a refresh token older than " +
    "60 days, a credential that is missing in Entra, a record that was changed by hand, a value that Entra refuses, an orphan, a stopped application.\n\n" +
    "The page of --html is one file: send it, or serve it. It shows what needs attention, the lifetime of every secret, and, with the stack files, who may do what.",
  options,
  examples: [
    "partner-access status -s contoso",
    "partner-access status --all --json",
    "partner-access status --all --html status.html",
    "partner-access status --from-vault https://fabrikam-partner-access.vault.azure.net",
  ],
  load: async () => (await import("./run")).runStatus,
});
