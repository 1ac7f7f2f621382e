import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, stack } from "../shared/options";

const options = {
  stack,
  withToken: flag("--with-token", "read an administrator's access token from standard input"),
  assign: flag("--assign", "give the reporting user the role Executive Report Viewer"),
  json,
};

export type RolesCommandOptions = OptionsOf<typeof options>;

export const rolesCommand = declareCommand({
  name: "roles",
  summary: "list who may see the reports, and give the reporting user the role",
  description:
    "Lists who has Executive Report Viewer and Report Viewer in Partner Center, with an administrator's access token from standard input, " +
    "which is used once and kept nowhere. Without one it prints what to do in the portal. Changes nothing without --assign.",
  options,
  examples: ["partner-access roles -s contoso", "partner-access roles -s contoso --with-token --assign < token.txt"],
  load: async () => (await import("./run")).runRoles,
});
