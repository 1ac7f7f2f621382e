import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json, stack } from "../shared/options";

const options = {
  stack,
  browser: flag("--no-browser", "print the address and open no browser"),
  paste: flag("--paste", "read the address where the browser ends from standard input"),
  json,
};

export type SignInCommandOptions = OptionsOf<typeof options>;

export const signInCommand = declareCommand({
  name: "sign-in",
  summary: "sign the reporting user in once, with MFA, and keep the refresh token in the vault",
  description:
    "Opens Entra's page (or prints its address), listens on this machine for the answer, and stores the refresh token in the vault once " +
    "it has produced a token. Refuses a sign-in without MFA, by another user or in another tenant; warns when the user is an administrator.\n\n" +
    "Needs the right to read client-secret and to write refresh-token in the vault, and no Pulumi. On a machine without a browser " +
    "use --paste: sign in anywhere and paste the address that the browser ends at into standard input.",
  options,
  examples: ["partner-access sign-in -s contoso", "partner-access sign-in -s contoso --paste"],
  load: async () => (await import("./run")).runSignIn,
});
