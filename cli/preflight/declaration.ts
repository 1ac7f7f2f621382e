import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { json, markdown, parsed, stack, text } from "../shared/options";

const options = {
  stack,
  as: parsed(text("--as <identity>", "deployer or rotator; default: deployer"), readIdentity),
  markdown,
  json,
};

export type PreflightCommandOptions = OptionsOf<typeof options>;

export const preflightCommand = declareCommand({
  name: "preflight",
  summary: "what is missing before the first update, and who can fix it",
  description:
    "Looks at the partner tenant, the vault, the state store and, when someone has signed in, at Partner Center: each check is ok, warning, " +
    "failed, or cannot tell with the reason. What is missing is grouped by the person who can fix it. It only reads and never tries a write: " +
    "rights are read from the identity's own token and from Azure's answer.\n\n" +
    "Run it with the pipeline's identity. Exit code 1 when a check failed.",
  options,
  examples: ["partner-access preflight -s contoso", "partner-access preflight -s contoso --as rotator --json"],
  load: async () => (await import("./run")).runPreflight,
});

function readIdentity(text = "deployer"): "deployer" | "rotator" {
  if (text === "deployer" || text === "rotator") return text;
  throw invalidOption(`--as must be deployer or rotator, got ${text}`, "Leave it out.");
}
