import { counted, forStack } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { writeDocument } from "../shared/document";
import { unlessInterrupted } from "../shared/interruption";
import { styled } from "../shared/progress";
import type { Check, Mender } from "./check";
import type { PreflightCommandOptions } from "./declaration";
import { runChecks } from "./run-preflight";

/** Who is told what is missing, in this order. */
const menders: readonly (readonly [Mender, string])[] = [
  ["tenant-administrator", "The administrator of the partner tenant"],
  ["vault-owner", "The owner of the vault"],
  ["partner-account-owner", "The owner of the Partner Center account"],
  ["reporting-user", "The reporting user"],
  ["you", "You"],
];

/** `partner-access preflight`: what is missing before the first update, and who can mend it. Reads only. */
export const runPreflight: CommandRunner<PreflightCommandOptions> = async (options, context) => {
  const { stack } = options;
  const look = () => runChecks(stack, options.as, context);
  // A look that was cut short "cannot tell", which is no failure: the whole must not read as one that went well.
  const found = await unlessInterrupted(context.signal, "the rest of the checks", look);
  const checks = found.map((check) => ({ ...check, fix: forStack(check.fix, stack) }));
  const ok = checks.every(({ result }) => result !== "failed");
  if (options.json) {
    const problems = checks
      .filter(({ result }) => result === "failed")
      .map(({ name, detail, fix }) => ({ code: name.split(" ")[0] ?? name, message: detail, fix }));
    writeDocument(context, {
      schema: "partner-access/preflight/1",
      ok,
      stacks: [{ stack, ok, checks }],
      problems,
    });
  } else {
    tell(stack, checks, context);
  }
  return ok ? 0 : 1;
};

function tell(stack: string, checks: readonly Check[], context: CommandContext): void {
  const { stdout } = context;
  const colours = { ok: "green", warning: "yellow", failed: "red", "cannot-tell": "dim" } as const;
  for (const { name, result, detail } of checks) {
    const word = result === "cannot-tell" ? "cannot tell" : result;
    stdout.write(`${styled(context, colours[result], word.padEnd(11))}  ${name.padEnd(16)}  ${detail}\n`);
  }
  const open = checks.filter(({ result, fix }) => result !== "ok" && fix !== "");
  for (const [mender, title] of menders) {
    const todo = open.filter(({ who }) => who === mender);
    if (todo.length === 0) continue;
    stdout.write(`\n${title}:\n`);
    // One script mends several things: it is named once.
    const fixes = new Map<string, string[]>();
    for (const { name, fix } of todo) fixes.set(fix, [...(fixes.get(fix) ?? []), name]);
    for (const [fix, names] of fixes) stdout.write(`  - ${names.join(", ")}: ${fix}\n`);
  }
  const failures = checks.filter(({ result }) => result === "failed").length;
  stdout.write(
    `\n${stack}: ${failures === 0 ? "nothing stands in the way" : `${counted(failures, "check")} failed`}\n`,
  );
}
