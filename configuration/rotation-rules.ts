import type { Drafts } from "./drafts";
import type { Problem } from "./problem";
import { showValue } from "./show-value";

/** The rules between the fields of `rotation`. */
export function rotationProblems({ rotation }: Drafts): readonly Problem[] {
  const problems: Problem[] = [];
  const { everyDays, overlapDays, lifetimeDays, request, compromised } = rotation ?? {};
  if (everyDays !== undefined && lifetimeDays !== undefined && lifetimeDays < 2 * everyDays) {
    problems.push({
      path: "rotation.lifetimeDays",
      // A run that is missed a whole period must still find the published secret alive.
      message: "is less than twice rotation.everyDays",
      received: showValue(lifetimeDays),
      allowed: `${2 * everyDays} or more, with everyDays ${everyDays}`,
      fix: `write lifetimeDays: ${2 * everyDays}, or rotate more often`,
    });
  }
  if (everyDays !== undefined && overlapDays !== undefined && overlapDays > everyDays) {
    problems.push({
      path: "rotation.overlapDays",
      message: "is more than rotation.everyDays",
      received: showValue(overlapDays),
      // There are two slots: the previous secret must be gone before the next rotation needs its place.
      allowed: `2 to ${everyDays}, with everyDays ${everyDays}`,
      fix: "write fewer days, or rotate less often",
    });
  }
  if (compromised === true && request === undefined) {
    problems.push({
      path: "rotation.compromised",
      message: "is true without a request",
      received: showValue(compromised),
      allowed: "true only together with rotation.request",
      fix: "write what happened into rotation.request: a new text there causes the rotation",
    });
  }
  return problems;
}
