import { declaredManifest } from "../review/declared";
import type { CommandContext, CommandRunner } from "../shared/command";
import { invalidOption, writeDocument } from "../shared/document";
import { everyStack } from "../shared/every-stack";
import { interrupted, unlessInterrupted } from "../shared/interruption";
import { inParallel } from "../shared/parallel";
import { createProgress } from "../shared/progress";
import type { DriftCommandOptions } from "./declaration";
import { driftOfStack, type StackDrift } from "./drift-stack";
import { explainedFinding, remedies } from "./told";

/** Enough to hide waiting, too few to meet Graph's limits. */
const stacksAtOnce = 4;

/** `partner-access drift`: what tenants and vaults hold, against what the program declares. Reads only. */
export const runDrift: CommandRunner<DriftCommandOptions> = async (options, context) => {
  const stacks = chosenStacks(options, context);
  const progress = createProgress(context);
  progress.news("reading what is declared");
  const declared = declaredManifest(stacks, context);
  const { signal } = context;
  const skipped = (stack: string): StackDrift => ({
    stack,
    outcome: "cannot-tell",
    findings: [],
    problems: [interrupted(stack)],
  });
  const look = (stack: string) => {
    progress.news(`looking at ${stack}`);
    const read = () => driftOfStack(stack, () => declared(stack), context);
    // It never throws, so this is the signal.
    return unlessInterrupted(signal, stack, read).catch(() => skipped(stack));
  };
  const found = await inParallel(stacks, stacksAtOnce, look, { signal, skipped });
  progress.done();
  const ok = found.every(({ outcome }) => outcome === "as-declared");
  if (options.json) {
    const problems = found.flatMap((it) => it.problems);
    writeDocument(context, { schema: "partner-access/drift/1", ok, stacks: found.map(documented), problems });
  } else for (const it of found) tell(it, context);
  if (found.every(({ outcome }) => outcome === "cannot-tell")) return 2;
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

function tell({ stack, outcome, findings, problems }: StackDrift, { stdout, stderr }: CommandContext): void {
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

function chosenStacks(options: DriftCommandOptions, context: CommandContext): readonly string[] {
  const { stack, all } = options;
  if ((stack === undefined) === !all) {
    throw invalidOption("drift needs either -s STACK or --all", "Name one stack, or take all.");
  }
  return stack === undefined ? everyStack(context) : [String(stack)];
}
