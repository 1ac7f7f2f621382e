import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, flow, json, text, user } from "../shared/options";

const options = {
  stack: text("-s, --stack <name>", "the stack, one per partner tenant"),
  vault: text("--vault <url>", "the vault, without the stack's file; needs --prefix"),
  prefix: text("--prefix <text>", "what the names of the entries begin with"),
  flow,
  user,
  header: flag("--header", "print the whole header: Authorization: Bearer ..."),
  json,
};

export type TokenCommandOptions = OptionsOf<typeof options>;

export const tokenCommand = declareCommand({
  name: "token",
  needsProject: ({ vault }) => vault === undefined,
  summary: "print one access token for Partner Center and Insights",
  description:
    "Reads the vault and asks Entra; the token alone goes to standard output. Needs read rights on the vault's entries and nothing else: " +
    "no Pulumi, and with --vault and --prefix no stack file.\n\n" +
    "The flow refresh-token is the one that works, because Microsoft demands MFA. The flow password is what Microsoft's page of 2021 " +
    "describes: the password is read from standard input, or asked for without echo.\n\n" +
    "Exit code 0 with a token, 2 without one. Anyone who sees the token can use it for an hour, so mind your terminal and your log.",
  options,
  examples: [
    "partner-access token -s contoso",
    "partner-access token --vault https://fabrikam.vault.azure.net --prefix partner-insights-contoso- --header",
    "partner-access token -s contoso --flow password < password.txt",
  ],
  load: async () => (await import("./run")).runToken,
});
