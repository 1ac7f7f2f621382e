import type { CommandRunner, Surroundings } from "../shared/command";
import { writeDocument } from "../shared/document";
import { type Style, styled } from "../shared/progress";
import { type Verification, verifyStack } from "./verify-stack";

const colours: Readonly<Record<string, Style>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  "cannot-tell": "yellow",
};

/** `partner-access verify`: from the vault to the first Insights answer, each cause of failure apart. Changes nothing. */
export const runVerify: CommandRunner = async (options, surroundings) => {
  const verification = await verifyStack(options, surroundings);
  const { ok, problems } = verification;
  if (options["json"] === true) {
    writeDocument(surroundings, { schema: "partner-access/verify/1", ok, stacks: [verification], problems });
  } else {
    tell(verification, surroundings);
  }
  return ok ? 0 : 1;
};

function tell({ stack, checks }: Verification, surroundings: Surroundings): void {
  const { stdout } = surroundings;
  stdout.write(`${stack}\n`);
  for (const { name, result, detail, fix } of checks) {
    const word = styled(surroundings, colours[result] ?? "dim", result.padEnd(11));
    stdout.write(`  ${word}  ${name.padEnd(14)}  ${detail}\n`);
    if (fix !== "") stdout.write(`${" ".repeat(31)}${fix}\n`);
  }
}
