import type { CommandDeclaration } from "../shared/command";
import { json, stack } from "../shared/options";

export const preflightCommand: CommandDeclaration = {
  name: "preflight",
  summary: "what is missing before the first update, and who can mend it",
  description:
    "Looks at the partner tenant, the vault, the state store and, when somebody has signed in, at Partner Center: each check is ok, warning, " +
    "failed, or cannot tell with the reason. What is missing is grouped by the person who can mend it. Reads only, and tries no write: " +
    "rights are read from the identity's own token and from Azure's answer.\n\n" +
    "Run it as the pipeline does. Exit code 1 when a check failed.",
  options: [stack, { flags: "--as <identity>", description: "deployer or rotator; deployer when left out" }, json],
  examples: ["partner-access preflight -s contoso", "partner-access preflight -s contoso --as rotator --json"],
  load: async () => (await import("./run")).runPreflight,
};
