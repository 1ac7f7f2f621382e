import { declareCommand, type OptionsOf } from "../shared/command";
import { allowLocalState, expectDigest, flag, json, stack } from "../shared/options";

const options = {
  stack,
  yes: flag("-y, --yes", "do not ask before the update; needed where nobody can answer"),
  preview: flag("--preview", "show what would change and stop"),
  expectDigest,
  overwriteDrift: flag("--overwrite-drift", "do not look for changes made by hand, and write over them"),
  allowLocalState,
  json,
};

export type UpCommandOptions = OptionsOf<typeof options>;

export const upCommand = declareCommand({
  name: "up",
  summary: "deploy one stack with pulumi",
  description:
    "Checks the stack's configuration, then runs `pulumi up` for it: preview, question, update. " +
    "Looks for drift first, and refuses while it would write over what somebody did by hand. " +
    "Refuses a local state file or a passphrase outside the emulator unless told otherwise.",
  options,
  examples: ["partner-access up -s contoso --preview", "partner-access up -s contoso --yes"],
  load: async () => (await import("./run")).runUp,
});
