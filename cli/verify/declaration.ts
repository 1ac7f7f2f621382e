import { declareCommand, type OptionsOf } from "../shared/command";
import { flow, json, stack, user } from "../shared/options";

const options = {
  stack,
  flow,
  user,
  json,
};

export type VerifyCommandOptions = OptionsOf<typeof options>;

export const verifyCommand = declareCommand({
  name: "verify",
  summary: "check a token step by step, up to the first Insights call",
  description:
    "Takes a token as token does and looks at it: audience, tenant, permission, user, MFA, lifetime. Asks Partner Center whether it counts " +
    "as MFA and whether the account is enrolled, and makes the first Insights call. Each check is ok, warning, failed or cannot-tell, with " +
    "one line of what to do. Changes nothing.\n\n" +
    "Exit code 1 when a check failed or cannot tell.",
  options,
  examples: ["partner-access verify -s contoso", "partner-access verify -s contoso --json"],
  load: async () => (await import("./run")).runVerify,
});
