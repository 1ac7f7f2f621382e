import type { CommandRunner } from "../shared/command";
import { writeDocument } from "../shared/document";
import { withTokenProblems } from "../token/token-problem";
import type { SignInCommandOptions } from "./declaration";
import { signInStack } from "./sign-in-stack";

/** `partner-access sign-in`: one interactive sign-in with MFA; its refresh token goes to the vault. */
export const runSignIn: CommandRunner<SignInCommandOptions> = async (options, context) => {
  const signedIn = await withTokenProblems(() => signInStack(options, context));
  const { stack, userPrincipalName, obtainedAt, warnings } = signedIn;
  for (const warning of warnings) context.stderr.write(`warning: ${warning}\n`);
  if (options.json) {
    writeDocument(context, { schema: "partner-access/sign-in/1", ok: true, stacks: [signedIn], problems: [] });
  } else {
    context.stdout.write(`${stack}  signed in  ${userPrincipalName}, ${obtainedAt}\n`);
  }
  return 0;
};
