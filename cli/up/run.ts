import { createStacks, type StackRun, type Stacks } from "../../clients/pulumi/stacks";
import { readStackFromFiles } from "../../configuration/read-stack";
import { commandLine } from "../../model/command-line";
import { approvalProblems, misapplied } from "../review/binding";
import { stackSettings } from "../review/stack-settings";
import type { CommandContext, CommandRunner } from "../shared/command";
import type { Digest } from "../shared/digest";
import { type Problem, resultStream, writeDocument } from "../shared/document";
import { engineProblems } from "../shared/engine-problems";
import { createProgress } from "../shared/progress";
import { readPublishedState } from "../shared/published-state";
import { demandPulumi, demandSharedState } from "../shared/pulumi";
import { isAgreed } from "../shared/question";
import { refuseTwoDocuments, writeSummary } from "../shared/summary";
import { openTenant, type Tenant } from "../shared/tenant";
import { isUnconfirmed } from "../shared/unconfirmed";
import type { UpCommandOptions } from "./declaration";
import { driftLines, driftProblems, lookBeforeUpdate } from "./drift-before-update";
import { missingBeforeUpdate, type Next, nextAfterUpdate } from "./preflight";
import { upSummary } from "./summary";

/** `partner-access up`: check, preview, refuse what was not approved, ask, update. */
export const runUp: CommandRunner<UpCommandOptions> = async (options, context) => {
  const { stack } = options;
  refuseTwoDocuments(options);
  const expected = options.expectDigest;
  readStackFromFiles(context.projectDirectory, stack);
  const pulumi = await demandPulumi(context.env);
  await demandSharedState(stack, pulumi, context, options.allowLocalState);
  const { projectDirectory, env, signal, stackOwner } = context;
  const stacks = createStacks({ pulumi, projectDirectory, env, signal, stackOwner });
  const settings = stackSettings(projectDirectory, stack);
  const progress = createProgress(context);
  const missing = options.preflight ? await missingBeforeUpdate(stack, context) : [];
  if (missing.length > 0)
    return answered(stack, { run: notRun, mood: "would", outcome: "refused", found: missing }, options, context);
  const answer = async (run: StackRun, outcome: Outcome, found: readonly Problem[] = []) => {
    const isApplied = outcome === "updated" || (outcome === "previewed" && run.changes.length === 0);
    const next = options.preflight && isApplied ? await nextAfterUpdate(stack, context) : undefined;
    return answered(stack, { run, mood: run === preview ? "would" : "did", outcome, found, next }, options, context);
  };

  const [{ run: preview, document }, drift] = await Promise.all([
    previewed(stacks, stack, expected),
    options.overwriteDrift ? { findings: [] } : lookBeforeUpdate(stack, stacks, context),
  ]);
  printDiagnostics(preview, context);
  for (const line of driftLines(stack, drift)) context.stderr.write(`${line}\n`);
  if (!preview.ok) return answer(preview, "failed");
  const tenant = () => openTenant(stack, context);
  const foreign = expected
    ? await approvalProblems(stack, expected, document, { context, stacks, settings, tenant })
    : [];
  const refusals = [...foreign, ...driftProblems(stack, drift, preview.changes)];
  if (refusals.length > 0) return answer(preview, "refused", refusals);
  if (options.preview || preview.changes.length === 0) return answer(preview, "previewed");
  if (!options.yes && !(await isWanted(stack, preview, context))) {
    const fix = `To update without a question: ${commandLine("up", "-s", stack, "--yes")}`;
    return answer(preview, "declined", [{ code: "declined", message: `${stack} was not updated`, fix }]);
  }
  const update = () =>
    stacks.up(stack, {
      onEvent: (event) => {
        if (event.kind === "step" && event.isDone) progress.update(`${event.change.operation} ${event.change.name}`);
      },
    });
  const first = await update();
  const run = !first.ok && (await publishedAllTheSame(tenant, stacks)) ? await update() : first;
  progress.done();
  printDiagnostics(run, context);
  const otherwise =
    expected && run.ok
      ? misapplied(stack, { expected, settings }, document, await exportedState(stacks, stack))
      : undefined;
  return answer(run, run.ok ? "updated" : "failed", otherwise && [otherwise]);
};

/** Whether a failed update published and lost the answer. What cannot be read tells nothing, and the run stays failed. */
async function publishedAllTheSame(tenant: () => Promise<Tenant>, stacks: Stacks): Promise<boolean> {
  try {
    const opened = await tenant();
    const seen = await readPublishedState(opened);
    return seen !== undefined && (await isUnconfirmed(opened.stack, seen, stacks));
  } catch {
    return false;
  }
}

/** With a digest to hold it against, the engine's document of every resource comes with the preview. */
async function previewed(stacks: Stacks, stack: string, expected: Digest | undefined) {
  return expected ? stacks.previewDocument(stack) : { run: await stacks.preview(stack), document: "" };
}

async function exportedState(stacks: Stacks, stack: string): Promise<string> {
  return (await stacks.state(stack))?.exported ?? "{}";
}

/** What the program said beside its errors, which are problems of the answer. */
function printDiagnostics(run: StackRun, { stderr }: CommandContext): void {
  for (const { severity, message } of run.diagnostics) {
    if (message.trim() === "" || severity === "error") continue;
    stderr.write(severity === "info" ? `${message}\n` : `${severity}: ${message}\n`);
  }
}

/** Shows what the question is about, and asks. */
function isWanted(stack: string, preview: StackRun, context: CommandContext): Promise<boolean> {
  printChanges("would", preview, context.stderr);
  return isAgreed(`Update ${stack}?`, "There is no terminal to ask on, so nothing is updated.", context);
}

function printChanges(mood: Answer["mood"], run: StackRun, stream: CommandContext["stdout"]): void {
  for (const { operation, type, name } of run.changes) stream.write(`  ${mood} ${operation} ${type} ${name}\n`);
  if (run.ok && run.changes.length === 0) stream.write("  no changes\n");
}

/** The engine was not even asked. */
const notRun: StackRun = { ok: true, exitCode: 0, changes: [], counts: {}, diagnostics: [], seconds: 0 };

type Outcome = "previewed" | "refused" | "declined" | "updated" | "failed";

interface Answer {
  readonly run: StackRun;
  readonly mood: "would" | "did";
  readonly outcome: Outcome;
  readonly found: readonly Problem[];
  /** What comes after it; undefined where nobody asked. */
  readonly next?: readonly Next[] | undefined;
}

function answered(
  stack: string,
  { run, mood, outcome, found, next = [] }: Answer,
  options: UpCommandOptions,
  context: CommandContext,
): 0 | 1 {
  const problems = [...engineProblems(stack, run, "update-failed", context), ...found];
  const ok = (outcome === "previewed" || outcome === "updated") && found.length === 0;
  writeSummary(upSummary({ stack, outcome, changes: run.changes, problems, next }), options.markdown, context);
  const stream = resultStream(options, context);
  // What was declined has been shown with the question.
  if (outcome !== "declined" && run !== notRun) printChanges(mood, run, stream);
  stream.write(`${stack}: ${outcome}\n`);
  for (const { name, who, todo } of next) stream.write(`next: ${name}, by ${who}: ${todo}\n`);
  if (options.json) {
    const changes = run.changes.map(({ operation, type, name }) => ({ operation, type, name }));
    writeDocument(context, {
      schema: "partner-access/up/1",
      ok,
      stacks: [{ stack, outcome, changes, next }],
      problems,
    });
  }
  for (const { code, message, fix } of problems) {
    context.stderr.write(`${code}: ${message}\n${fix === "" ? "" : `  ${fix}\n`}`);
  }
  return ok ? 0 : 1;
}
