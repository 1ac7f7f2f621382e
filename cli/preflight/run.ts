import { counted, forStack } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import type { Problem } from "../shared/document";
import { forEachStack } from "../shared/for-each-stack";
import { unlessInterrupted } from "../shared/interruption";
import { styled } from "../shared/progress";
import type { Check, Mender } from "./check";
import type { PreflightCommandOptions } from "./declaration";
import { runChecks } from "./run-preflight";
import { preflightSummary } from "./summary";

/** The people to whom missing items are assigned, in this order. */
const menders: readonly (readonly [Mender, string])[] = [
  ["tenant-administrator", "The administrator of the partner tenant"],
  ["vault-owner", "The owner of the vault"],
  ["partner-account-owner", "The owner of the Partner Center account"],
  ["reporting-user", "The reporting user"],
  ["you", "You"],
];

/** `partner-access preflight`: what is missing before the first update, and who can fix it. Reads only. */
export const runPreflight: CommandRunner<PreflightCommandOptions> = async (options, context) => {
  const { ok } = await forEachStack<Preflight>(
    {
      name: "preflight",
      stacks: [options.stack],
      run: (stack) => preflightStack(stack, options, context),
      isOk: ({ ok }) => ok,
      print: printResult,
      documented: ({ stack, ok, checks }) => ({ stack, ok, checks }),
      summary: preflightSummary,
    },
    options,
    context,
  );
  return ok ? 0 : 1;
};

interface Preflight {
  readonly stack: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
}

async function preflightStack(
  stack: string,
  { as: identity }: PreflightCommandOptions,
  context: CommandContext,
): Promise<Preflight> {
  // An interrupted check reads as "cannot tell", which is no failure: the whole must not look as if it went well.
  const found = await unlessInterrupted(context.signal, "the rest of the checks", () =>
    runChecks(stack, identity, context),
  );
  const checks = found.map((check) => ({ ...check, fix: forStack(check.fix, stack) }));
  const failed = checks.filter(({ result }) => result === "failed");
  const problems = failed.map(({ name, detail, fix }) => ({ code: name.split(" ")[0] ?? name, message: detail, fix }));
  return { stack, ok: failed.length === 0, checks, problems };
}

function printResult({ stack, checks }: Preflight, context: CommandContext): void {
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
  stdout.write(`\n${stack}: ${failures === 0 ? "ready" : `${counted(failures, "check")} failed`}\n`);
}
