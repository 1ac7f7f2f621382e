import { commandLine } from "../../model/command-line";
import { type Act, nextAct } from "../preflight/acts";
import type { Check } from "../preflight/check";
import { runChecks } from "../preflight/run-preflight";
import { byMender } from "../preflight/todo";
import type { CommandContext } from "../shared/command";
import { type Problem, problemsOf } from "../shared/document";

/** What an update needs nothing of: it comes later. */
const later = /^(assignment|mfa|enrolment|report-viewer)$/;
/** What the program decides better, which knows whether this update touches it. */
const decidedThere = /^(published-secret|vault-entries)$/;

function isNeeded({ name, who }: Check): boolean {
  // A blocked user can be granted to, and only the sign-in needs the account. One that does not exist is the stack file's mistake.
  if (name === "reporting-user") return who === "you";
  return !later.test(name) && !decidedThere.test(name);
}

/** What must be done before this update, in the order of the people who can do it. Nothing has been written then. */
export async function missingBeforeUpdate(stack: string, context: CommandContext): Promise<readonly Problem[]> {
  const { checks } = await runChecks(stack, { identity: "deployer", asksPartnerCenter: false }, context);
  return needed(checks);
}

export function needed(checks: readonly Check[]): readonly Problem[] {
  const missing = checks.filter((check) => check.result === "failed" && isNeeded(check));
  return byMender(missing).flatMap(({ title, checks: theirs }) =>
    theirs.map(({ name, detail, fix }) => ({
      code: name.split(" ")[0] ?? name,
      message: detail,
      fix: `${title}: ${fix}`,
    })),
  );
}

/** Something that comes after an update, with who does it. */
export interface Next extends Pick<Act, "who" | "todo"> {
  /** A check or an act. */
  readonly name: string;
}

/** What comes after an update that succeeded. It decides nothing, so a read that fails is said and no more. */
export async function nextAfterUpdate(stack: string, context: CommandContext): Promise<readonly Next[]> {
  try {
    const { checks, acts } = await runChecks(stack, { identity: "deployer", asksPartnerCenter: false }, context);
    return comesNext(checks, acts);
  } catch (error) {
    const why = problemsOf(error)
      .map(({ message }) => message)
      .join("; ");
    context.stderr.write(`what comes next could not be read: ${why}. See: ${commandLine("preflight", "-s", stack)}\n`);
    return [];
  }
}

export function comesNext(checks: readonly Check[], acts: readonly Act[]): readonly Next[] {
  const open = checks.filter((check) => check.result === "failed" && !isNeeded(check) && check.fix !== "");
  const act = nextAct(acts);
  return [
    ...byMender(open).flatMap(({ title, checks: theirs }) =>
      theirs.map(({ name, fix }) => ({ name, who: title, todo: fix })),
    ),
    ...(act === undefined ? [] : [{ name: act.name, who: act.who, todo: act.todo }]),
  ];
}
