import { declareCommand, type OptionsOf } from "../shared/command";
import { allowLocalState, expectDigest, flag, json, markdown, stack } from "../shared/options";

const options = {
  stack,
  yes: flag("-y, --yes", "do not ask before the update; required where there is no terminal"),
  preflight: flag("--preflight", "check first what this update needs, and name what comes after it"),
  preview: flag("--preview", "show what would change and stop"),
  expectDigest,
  overwriteDrift: flag("--overwrite-drift", "overwrite changes made by hand without looking for them"),
  allowLocalState,
  markdown,
  json,
};

export type UpCommandOptions = OptionsOf<typeof options>;

export const upCommand = declareCommand({
  name: "up",
  summary: "deploy one stack with pulumi",
  description:
    "Checks the stack's configuration, then runs `pulumi up` for it: preview, question, update. " +
    "With --preflight it first checks, as preflight does for the deployer, what this update needs: what is missing is grouped by who can fix it, " +
    "nothing is changed, and the same command is run again afterwards. " +
    "Looks for drift first, and refuses to overwrite what someone changed by hand. " +
    "Refuses a local state file or a passphrase outside the emulator unless --allow-local-state is given.",
  options,
  examples: ["partner-access up -s contoso --preview", "partner-access up -s contoso --yes"],
  load: async () => (await import("./run")).runUp,
});
