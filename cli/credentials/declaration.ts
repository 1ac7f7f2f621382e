import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, stack } from "../shared/options";

const options = {
  stack,
  retireOrphans: flag("--retire-orphans", "remove the orphans that are safe to remove"),
  json,
};

export type CredentialsCommandOptions = OptionsOf<typeof options>;

export const credentialsCommand = declareCommand({
  name: "credentials",
  summary: "list every credential of the application, and whose it is",
  description:
    "Lists the application's client secrets: current, previous, orphan (our mark, unknown to the record) and foreign. It changes nothing " +
    "without --retire-orphans, which removes an orphan that was never published at once, and one that was published when the overlap " +
    "has passed since it was replaced. Foreign credentials are never touched.",
  options,
  examples: ["partner-access credentials -s contoso", "partner-access credentials -s contoso --retire-orphans"],
  load: async () => (await import("./run")).runCredentials,
});
