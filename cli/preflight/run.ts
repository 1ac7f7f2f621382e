import { counted, forStack } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import type { Problem } from "../shared/document";
import { forEachStack } from "../shared/for-each-stack";
import { unlessInterrupted } from "../shared/interruption";
import { styled } from "../shared/progress";
import { type Act, actLines, nextAct } from "./acts";
import type { Check } from "./check";
import type { PreflightCommandOptions } from "./declaration";
import { runChecks } from "./run-preflight";
import { preflightSummary } from "./summary";
import { todoLines } from "./todo";

/** `partner-access preflight`: what is missing before the first update, and who can fix it. Reads only. */
export const runPreflight: CommandRunner<PreflightCommandOptions> = async (options, context) => {
  const { ok } = await forEachStack<Preflight>(
    {
      name: "preflight",
      stacks: [options.stack],
      run: (stack) => preflightStack(stack, options, context),
      isOk: ({ ok }) => ok,
      print: printResult,
      documented: ({ stack, ok, checks, acts }) => ({ stack, ok, checks, acts, next: nextAct(acts)?.name ?? null }),
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
  readonly acts: readonly Act[];
  readonly problems: readonly Problem[];
}

async function preflightStack(
  stack: string,
  { as: identity }: PreflightCommandOptions,
  context: CommandContext,
): Promise<Preflight> {
  // An interrupted check reads as "cannot tell", which is no failure: the whole must not look as if it went well.
  const found = await unlessInterrupted(context.signal, "the rest of the checks", () =>
    runChecks(stack, { identity, asksPartnerCenter: true }, context),
  );
  const checks = found.checks.map((check) => ({ ...check, fix: forStack(check.fix, stack) }));
  const failed = checks.filter(({ result }) => result === "failed");
  const problems = failed.map(({ name, detail, fix }) => ({ code: name.split(" ")[0] ?? name, message: detail, fix }));
  return { stack, ok: failed.length === 0, checks, acts: found.acts, problems };
}

function printResult({ stack, checks, acts }: Preflight, context: CommandContext): void {
  const { stdout } = context;
  const colours = { ok: "green", warning: "yellow", failed: "red", "cannot-tell": "dim" } as const;
  for (const { name, result, detail } of checks) {
    const word = result === "cannot-tell" ? "cannot tell" : result;
    stdout.write(`${styled(context, colours[result], word.padEnd(11))}  ${name.padEnd(16)}  ${detail}\n`);
  }
  for (const line of todoLines(checks)) stdout.write(`${line}\n`);
  for (const line of actLines(acts)) stdout.write(`${line}\n`);
  const failures = checks.filter(({ result }) => result === "failed").length;
  stdout.write(`\n${stack}: ${failures === 0 ? "ready" : `${counted(failures, "check")} failed`}\n`);
}
