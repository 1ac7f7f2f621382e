import { createStacks, type StackRun } from "../../clients/stacks";
import { readStackFromFiles } from "../../config";
import type { CommandRunner, Surroundings } from "../command";
import { type Problem, writeDocument } from "../document";
import { createProgress } from "../progress";
import { demandPulumi, demandSharedState } from "../pulumi";
import { isAgreed } from "../question";

/** `partner-access up`: check, preview, ask, update. */
export const runUp: CommandRunner = async (options, surroundings) => {
  const stack = String(options["stack"]);
  readStackFromFiles(surroundings.projectDirectory, stack);
  const pulumi = await demandPulumi(surroundings.env);
  await demandSharedState(stack, pulumi, surroundings, options["allowLocalState"] === true);
  const { projectDirectory, env, signal } = surroundings;
  const stacks = createStacks({ pulumi, projectDirectory, env, signal });
  const progress = createProgress(surroundings);

  const preview = await stacks.preview(stack);
  tellChanges(surroundings, "would", preview);
  const isOnlyPreview = options["preview"] === true || !preview.ok || preview.changes.length === 0;
  if (isOnlyPreview)
    return answer(stack, preview, preview.ok ? "previewed" : "failed", options["json"] === true, surroundings);
  if (
    options["yes"] !== true &&
    !(await isAgreed(`Update ${stack}?`, "Nobody is here to answer: run again with --yes to update.", surroundings))
  ) {
    return answer(stack, preview, "declined", options["json"] === true, surroundings);
  }
  const run = await stacks.up(stack, {
    onEvent: (event) => {
      if (event.kind === "step" && event.isDone) progress.news(`${event.change.operation} ${event.change.name}`);
    },
  });
  progress.done();
  tellChanges(surroundings, "did", run);
  return answer(stack, run, run.ok ? "updated" : "failed", options["json"] === true, surroundings);
};

function tellChanges(surroundings: Surroundings, mood: "would" | "did", run: StackRun): void {
  const { stderr } = surroundings;
  for (const { severity, message } of run.diagnostics) {
    if (message.trim() !== "") stderr.write(severity === "info" ? `${message}\n` : `${severity}: ${message}\n`);
  }
  for (const { operation, type, name } of run.changes) stderr.write(`  ${mood} ${operation} ${type} ${name}\n`);
  if (run.ok && run.changes.length === 0) stderr.write("  no changes\n");
}

type Outcome = "previewed" | "declined" | "updated" | "failed";

function answer(stack: string, run: StackRun, outcome: Outcome, isJson: boolean, surroundings: Surroundings): 0 | 1 {
  const problems: Problem[] = run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => ({ code: "update-failed", message, fix: "" }));
  if (outcome === "declined")
    problems.push({ code: "declined", message: `${stack} was not updated`, fix: "Run again with --yes." });
  const ok = outcome === "previewed" || outcome === "updated";
  if (isJson) {
    const changes = run.changes.map(({ operation, type, name }) => ({ operation, type, name }));
    writeDocument(surroundings, { schema: "partner-access/up/1", ok, stacks: [{ stack, outcome, changes }], problems });
  }
  return ok ? 0 : 1;
}
