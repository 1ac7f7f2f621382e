import type { CommandDeclaration, CommandOption } from "../shared/command";
import { json, stack } from "../shared/options";

const flow: CommandOption = {
  flags: "--flow <name>",
  description: "refresh-token, password or app-only; what the vault holds decides when left out",
};
const user: CommandOption = {
  flags: "--user <name>",
  description: "with the flow password: who; the stack's reporting user when left out",
};

/** The commands of whoever uses what is published. */
export const tokenCommands: readonly CommandDeclaration[] = [
  {
    name: "token",
    summary: "print one access token for Partner Center and Insights",
    description:
      "Reads the vault and asks Entra; the token alone goes to standard output. Needs read rights on the vault's entries and nothing else: " +
      "no Pulumi, and with --vault and --prefix no stack file.\n\n" +
      "The flow refresh-token is the one that works since Microsoft demands MFA. The flow password is what Microsoft's page of 2021 " +
      "describes: the password is read from standard input, or asked for without echo.\n\n" +
      "Exit code 0 or 2: a token is there, or it is not. Whoever sees the token can use it for an hour: mind your terminal and your log.",
    options: [
      { flags: "-s, --stack <name>", description: "the stack, one per partner tenant" },
      { flags: "--vault <url>", description: "the vault, without the stack's file; needs --prefix" },
      { flags: "--prefix <text>", description: "what the names of the entries begin with" },
      flow,
      user,
      { flags: "--header", description: "print the whole header: Authorization: Bearer ..." },
      json,
    ],
    examples: [
      "partner-access token -s contoso",
      "partner-access token --vault https://fabrikam.vault.azure.net --prefix partner-insights-contoso- --header",
      "partner-access token -s contoso --flow password < password.txt",
    ],
    load: async () => (await import("./run")).runToken,
  },
  {
    name: "verify",
    summary: "check a token step by step, down to the first Insights call",
    description:
      "Takes a token as token does and looks at it: audience, tenant, permission, user, MFA, lifetime. Asks Partner Center whether it counts " +
      "as MFA and whether the account is enrolled, and makes the first Insights call. Each check is ok, warning, failed or cannot-tell, with " +
      "one line of what to do. Changes nothing.\n\n" +
      "Exit code 1 when a check failed or cannot tell.",
    options: [stack, flow, user, json],
    examples: ["partner-access verify -s contoso", "partner-access verify -s contoso --json"],
    load: async () => (await import("../verify/run")).runVerify,
  },
];
