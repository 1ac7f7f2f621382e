import { isLockRefusal } from "../../clients/stack-lock";
import type { StackRun } from "../../clients/stacks";
import { commandLine } from "../../permissions/command-line";
import type { otherChanges } from "../../rotation/scope";
import type { Problem } from "../document";
import { lockProblem } from "../operations/locks";

/** A preview that would change more than a rotation may. */
export function otherChangesProblem(stack: string, others: ReturnType<typeof otherChanges>): Problem {
  const list = others.map(({ operation, type, name }) => `${operation} ${type} ${name}`).join(", ");
  return {
    code: "other-changes",
    message: `${stack} has changes that are no rotation: ${list}`,
    fix: `Review and apply them first: ${commandLine("up", "-s", stack)}`,
  };
}

/** What the engine said against a run. */
export function problemsOfRun(stack: string, run: StackRun, code: string): readonly Problem[] {
  return run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => (isLockRefusal(message) ? lockProblem(message, stack) : { code, message, fix: "" }));
}
