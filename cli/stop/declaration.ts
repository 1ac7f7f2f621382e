import type { CommandDeclaration } from "../shared/command";
import { json, stack, yes } from "../shared/options";

export const stopCommand: CommandDeclaration = {
  name: "stop",
  summary: "refuse every token of an application, at once",
  description:
    "Disables the service principal straight through Microsoft Graph: no Pulumi, no state, no lock to wait for. It asks on a terminal and " +
    "needs --yes elsewhere. up and rotate refuse a stopped stack and never enable it; resume does.",
  options: [
    stack,
    yes,
    { flags: "--client-id <id>", description: "the application, when the vault that knows it cannot be read" },
    json,
  ],
  examples: ["partner-access stop -s contoso", "partner-access stop -s contoso --yes"],
  load: async () => (await import("./run")).runStop,
};

export const resumeCommand: CommandDeclaration = {
  name: "resume",
  summary: "end a stop",
  description: "Enables the service principal again. It asks on a terminal and needs --yes elsewhere.",
  options: [
    stack,
    yes,
    { flags: "--client-id <id>", description: "the application, when the vault that knows it cannot be read" },
    json,
  ],
  examples: ["partner-access resume -s contoso --yes"],
  load: async () => (await import("./run-resume")).runResume,
};
