import type { CommandContext, CommandRunner } from "../shared/command";
import { forEachStack } from "../shared/for-each-stack";
import { type Style, styled } from "../shared/progress";
import type { VerifyCommandOptions } from "./declaration";
import { type Verification, verifyStack } from "./verify-stack";

const colours: Readonly<Record<string, Style>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  "cannot-tell": "yellow",
};

/** `partner-access verify`: from the vault to the first Insights answer, each cause of failure apart. Changes nothing. */
export const runVerify: CommandRunner<VerifyCommandOptions> = async (options, context) => {
  const { ok } = await forEachStack(
    {
      name: "verify",
      stacks: [options.stack],
      run: () => verifyStack(options, context),
      isOk: (verification: Verification) => verification.ok,
      print: printResult,
    },
    options,
    context,
  );
  return ok ? 0 : 1;
};

function printResult({ stack, checks }: Verification, context: CommandContext): void {
  const { stdout } = context;
  stdout.write(`${stack}\n`);
  for (const { name, result, detail, fix } of checks) {
    const word = styled(context, colours[result] ?? "dim", result.padEnd(11));
    stdout.write(`  ${word}  ${name.padEnd(14)}  ${detail}\n`);
    if (fix !== "") stdout.write(`${" ".repeat(31)}${fix}\n`);
  }
}
