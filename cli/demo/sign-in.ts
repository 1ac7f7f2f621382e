import { PassThrough } from "node:stream";
import { readStackFromFiles } from "../../configuration/read-stack";
import type { CommandContext } from "../shared/command";
import { signInStack } from "../sign-in/sign-in-stack";
import { verifyStack } from "../verify/verify-stack";
import { signInAtPages } from "./reporting-user";
import type { Stage } from "./stage";
import type { StepResult } from "./steps";

/** What `partner-access sign-in -s dev --paste` does, with a user who opens the address it prints. */
export async function signInStep(stack: string, stage: Stage, context: CommandContext): Promise<StepResult> {
  const { reportingUser } = readStackFromFiles(stage.workspace, stack);
  const { userPrincipalName } = reportingUser ?? { userPrincipalName: "" };
  const [stdin, stderr] = [new PassThrough(), new PassThrough()];
  const user = { origin: stage.origin, userPrincipalName, signal: context.signal };
  const answered = addressOn(stderr)
    .then((address) => signInAtPages(address, user))
    .then((endedAt) => stdin.end(`${endedAt}\n`));
  const signedIn = signInStack(
    { stack, browser: false, paste: true },
    { ...context, stdin, stderr, isTerminal: false, projectDirectory: stage.workspace },
  );
  // Whichever fails first says why: without an answer the command would wait for a person.
  const [{ userPrincipalName: who }] = await Promise.all([signedIn, Promise.race([answered, signedIn])]);
  return {
    detail: `${who}, with password and MFA. The refresh token redeemed a token, then went into the vault`,
  };
}

/** What `partner-access verify -s dev` does: from the vault to the first answer of Insights. */
export async function firstAnswerStep(stack: string, stage: Stage, context: CommandContext): Promise<StepResult> {
  const { ok, checks, problems } = await verifyStack({ stack }, { ...context, projectDirectory: stage.workspace });
  if (!ok) throw new Error(problems.map(({ message }) => message).join("\n"));
  const last = checks.at(-1);
  return {
    detail: last?.detail ?? "",
    lines: checks.slice(0, -1).map(({ name, detail }) => `${name.padEnd(15)} ${detail}`),
  };
}

/** The address that a sign-in prints, as soon as it does. */
function addressOn(stderr: PassThrough): Promise<string> {
  let text = "";
  return new Promise((done) => {
    stderr.on("data", (chunk) => {
      text += String(chunk);
      const address = /^https:\S+(?=\n)/m.exec(text)?.[0];
      if (address !== undefined) done(address);
    });
  });
}
