import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { json, parsed, stack, text } from "../shared/options";

const options = {
  stack,
  as: parsed(text("--as <identity>", "deployer or rotator; deployer when left out"), readIdentity),
  json,
};

export type PreflightCommandOptions = OptionsOf<typeof options>;

export const preflightCommand = declareCommand({
  name: "preflight",
  summary: "what is missing before the first update, and who can mend it",
  description:
    "Looks at the partner tenant, the vault, the state store and, when somebody has signed in, at Partner Center: each check is ok, warning, " +
    "failed, or cannot tell with the reason. What is missing is grouped by the person who can mend it. Reads only, and tries no write: " +
    "rights are read from the identity's own token and from Azure's answer.\n\n" +
    "Run it as the pipeline does. Exit code 1 when a check failed.",
  options,
  examples: ["partner-access preflight -s contoso", "partner-access preflight -s contoso --as rotator --json"],
  load: async () => (await import("./run")).runPreflight,
});

function readIdentity(text = "deployer"): "deployer" | "rotator" {
  if (text === "deployer" || text === "rotator") return text;
  throw invalidOption(`--as must be deployer or rotator, got ${text}`, "Leave it out.");
}
