import { isGuid } from "../../model/guid";
import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { json, parsed, stack, text, yes } from "../shared/options";

const clientId = parsed(
  text("--client-id <id>", "the application, when the vault that knows it cannot be read"),
  readClientId,
);

const stopOptions = {
  stack,
  yes,
  clientId,
  json,
};

export type StopCommandOptions = OptionsOf<typeof stopOptions>;

export const stopCommand = declareCommand({
  name: "stop",
  summary: "refuse every token of an application, at once",
  description:
    "Disables the service principal directly through Microsoft Graph: no Pulumi, no state, no lock to wait for. It asks on a terminal and " +
    "needs --yes elsewhere. up and rotate refuse a stopped stack and never enable it; resume does.",
  options: stopOptions,
  examples: ["partner-access stop -s contoso", "partner-access stop -s contoso --yes"],
  load: async () => (await import("./run")).runStop,
});

const resumeOptions = {
  stack,
  yes,
  clientId,
  json,
};

export type ResumeCommandOptions = OptionsOf<typeof resumeOptions>;

export const resumeCommand = declareCommand({
  name: "resume",
  summary: "end a stop",
  description: "Enables the service principal again. It asks on a terminal and needs --yes elsewhere.",
  options: resumeOptions,
  examples: ["partner-access resume -s contoso --yes"],
  load: async () => (await import("./run-resume")).runResume,
});

/** It becomes part of an address of Graph's; and an object id or a name, given in a hurry, must not look like "no such application". */
function readClientId(text: string | undefined): string | undefined {
  if (text === undefined || isGuid(text)) return text;
  throw invalidOption(
    `--client-id must be the application's client id, a GUID, got ${JSON.stringify(text.slice(0, 80))}`,
    "Copy the application (client) id from the Entra admin center, App registrations.",
  );
}
