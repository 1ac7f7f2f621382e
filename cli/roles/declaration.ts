import type { CommandDeclaration } from "../shared/command";
import { json, stack } from "../shared/options";

export const rolesCommand: CommandDeclaration = {
  name: "roles",
  summary: "who may see the reports, and give the reporting user the role",
  description:
    "Lists who has Executive Report Viewer and Report Viewer in Partner Center, with an administrator's access token from standard input, " +
    "which is used once and kept nowhere. Without one it prints what to do in the portal. Changes nothing without --assign.",
  options: [
    stack,
    { flags: "--with-token", description: "read an administrator's access token from standard input" },
    { flags: "--assign", description: "give the reporting user the role Executive Report Viewer" },
    json,
  ],
  examples: ["partner-access roles -s contoso", "partner-access roles -s contoso --with-token --assign < token.txt"],
  load: async () => (await import("./run")).runRoles,
};
