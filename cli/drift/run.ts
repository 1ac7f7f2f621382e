import { declaredManifest } from "../review/declared";
import type { CommandContext, CommandRunner } from "../shared/command";
import { problemsOf } from "../shared/document";
import { forEachStack, selectStacks } from "../shared/for-each-stack";
import type { DriftCommandOptions } from "./declaration";
import { driftOfStack, type StackDrift } from "./drift-stack";
import { driftSummary } from "./summary";
import { explainedFinding, remedies } from "./told";

/** Enough to hide waiting, too few to meet Graph's limits. */
const stacksAtOnce = 4;

/** `partner-access drift`: what tenants and vaults hold, against what the program declares. Reads only. */
export const runDrift: CommandRunner<DriftCommandOptions> = async (options, context) => {
  const stacks = selectStacks("drift", options, context);
  const declared = declaredManifest(stacks, context);
  const { ok, results } = await forEachStack(
    {
      name: "drift",
      stacks,
      atOnce: stacksAtOnce,
      isReadOnly: true,
      run: (stack, onProgress) => {
        onProgress(`looking at ${stack}`);
        return driftOfStack(stack, () => declared(stack), context);
      },
      failed: (stack, error): StackDrift => ({
        stack,
        outcome: "cannot-tell",
        findings: [],
        problems: problemsOf(error),
      }),
      isOk: ({ outcome }: StackDrift) => outcome === "as-declared",
      print: printResult,
      documented,
      summary: driftSummary,
    },
    options,
    context,
  );
  if (results.every(({ outcome }) => outcome === "cannot-tell")) return 2;
  return ok ? 0 : 1;
};

/** Which resources a finding touches is for `up`, not for readers. */
function documented({ stack, outcome, findings, problems }: StackDrift) {
  const differences = findings.map(({ kind, code, message, risk, reasons }) => ({
    kind,
    code,
    message,
    risk,
    reasons,
  }));
  return { stack, outcome, differences, problems };
}

function printResult({ stack, outcome, findings, problems }: StackDrift, { stdout, stderr }: CommandContext): void {
  const words = {
    "as-declared": "as declared",
    drifted: `${findings.length} not as declared`,
    "cannot-tell": "cannot tell",
  };
  stdout.write(`${stack.padEnd(20)}  ${words[outcome]}\n`);
  const lines = [...findings.flatMap(explainedFinding), ...remedies(findings, stack)];
  for (const line of lines) stdout.write(`${line}\n`);
  for (const { code, message, fix } of problems) {
    stderr.write(`${stack}: ${code}: ${message}\n${fix === "" ? "" : `  ${fix}\n`}`);
  }
}
