import { isLockRefusal } from "../../clients/pulumi/stack-lock";
import { isMissingStack } from "../../clients/pulumi/stack-state";
import type { StackRun } from "../../clients/pulumi/stacks";
import { lockProblem } from "../recover/locks";
import type { Problem } from "./document";
import { missingStack, type StackPlace } from "./missing-stack";

/** What the engine said against a run: in our words with the way out where that is known, else in its own. */
export function engineProblems(stack: string, run: StackRun, code: string, place: StackPlace): readonly Problem[] {
  return run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => {
      if (isLockRefusal(message)) return lockProblem(message, stack);
      return isMissingStack(message) ? missingStack(stack, place) : { code, message, fix: "" };
    });
}
