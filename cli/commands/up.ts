import { createStacks, type StackRun, type Stacks } from "../../clients/stacks";
import { readStackFromFiles } from "../../config";
import type { CommandRunner, Surroundings } from "../command";
import { type Problem, writeDocument } from "../document";
import { driftLines, driftProblems, lookBeforeUpdate } from "../drift/before-update";
import { createProgress } from "../progress";
import { demandPulumi, demandSharedState } from "../pulumi";
import { isAgreed } from "../question";
import { type Digest, misapplied, readExpectedDigest, unapproved } from "../review/binding";
import { stackSettings } from "../review/stack-settings";
import { openTenant } from "../tenant";

/** `partner-access up`: check, preview, refuse what was not approved, ask, update. */
export const runUp: CommandRunner = async (options, surroundings) => {
  const stack = String(options["stack"]);
  const expected = readExpectedDigest(options);
  readStackFromFiles(surroundings.projectDirectory, stack);
  const pulumi = await demandPulumi(surroundings.env);
  await demandSharedState(stack, pulumi, surroundings, options["allowLocalState"] === true);
  const { projectDirectory, env, signal, stackOwner } = surroundings;
  const stacks = createStacks({ pulumi, projectDirectory, env, signal, stackOwner });
  const settings = stackSettings(projectDirectory, stack);
  const progress = createProgress(surroundings);
  const answer = (run: StackRun, outcome: Outcome, problems: readonly Problem[] = []) =>
    answered(stack, run, outcome, problems, options["json"] === true, surroundings);

  const [{ run: preview, document }, drift] = await Promise.all([
    previewed(stacks, stack, expected),
    options["overwriteDrift"] === true ? { findings: [] } : lookBeforeUpdate(stack, stacks, surroundings),
  ]);
  tellChanges(surroundings, "would", preview);
  for (const line of driftLines(stack, drift)) surroundings.stderr.write(`${line}\n`);
  if (!preview.ok) return answer(preview, "failed");
  const tenant = () => openTenant(stack, surroundings);
  const foreign = expected
    ? await unapproved(stack, expected, document, { surroundings, stacks, settings, tenant })
    : [];
  const refusals = [...foreign, ...driftProblems(stack, drift, preview.changes)];
  if (refusals.length > 0) return answer(preview, "refused", refusals);
  if (options["preview"] === true || preview.changes.length === 0) return answer(preview, "previewed");
  if (
    options["yes"] !== true &&
    !(await isAgreed(`Update ${stack}?`, "Nobody is here to answer: run again with --yes to update.", surroundings))
  ) {
    return answer(preview, "declined", [
      { code: "declined", message: `${stack} was not updated`, fix: "Run again with --yes." },
    ]);
  }
  const run = await stacks.up(stack, {
    onEvent: (event) => {
      if (event.kind === "step" && event.isDone) progress.news(`${event.change.operation} ${event.change.name}`);
    },
  });
  progress.done();
  tellChanges(surroundings, "did", run);
  const otherwise =
    expected && run.ok
      ? misapplied(stack, { expected, settings }, document, await exportedState(stacks, stack))
      : undefined;
  return answer(run, run.ok ? "updated" : "failed", otherwise && [otherwise]);
};

/** With a digest to hold it against, the engine's document of every resource comes with the preview. */
async function previewed(stacks: Stacks, stack: string, expected: Digest | undefined) {
  return expected ? stacks.previewDocument(stack) : { run: await stacks.preview(stack), document: "" };
}

async function exportedState(stacks: Stacks, stack: string): Promise<string> {
  return (await stacks.state(stack))?.exported ?? "{}";
}

function tellChanges(surroundings: Surroundings, mood: "would" | "did", run: StackRun): void {
  const { stderr } = surroundings;
  for (const { severity, message } of run.diagnostics) {
    if (message.trim() !== "") stderr.write(severity === "info" ? `${message}\n` : `${severity}: ${message}\n`);
  }
  for (const { operation, type, name } of run.changes) stderr.write(`  ${mood} ${operation} ${type} ${name}\n`);
  if (run.ok && run.changes.length === 0) stderr.write("  no changes\n");
}

type Outcome = "previewed" | "refused" | "declined" | "updated" | "failed";

function answered(
  stack: string,
  run: StackRun,
  outcome: Outcome,
  found: readonly Problem[],
  isJson: boolean,
  surroundings: Surroundings,
): 0 | 1 {
  const failures: Problem[] = run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => ({ code: "update-failed", message, fix: "" }));
  const ok = (outcome === "previewed" || outcome === "updated") && found.length === 0;
  if (isJson) {
    const changes = run.changes.map(({ operation, type, name }) => ({ operation, type, name }));
    const problems = [...failures, ...found];
    writeDocument(surroundings, { schema: "partner-access/up/1", ok, stacks: [{ stack, outcome, changes }], problems });
  }
  for (const { code, message, fix } of found) {
    surroundings.stderr.write(`${code}: ${message}\n${fix === "" ? "" : `  ${fix}\n`}`);
  }
  return ok ? 0 : 1;
}
