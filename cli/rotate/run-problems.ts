import { commandLine } from "../../model/command-line";
import type { PlannedChange } from "../../rotation/scope";
import type { Problem } from "../shared/document";

/** What a preview would change besides the rotation, and what is not applied yet. */
export function otherChangesProblem(stack: string, others: readonly PlannedChange[]): Problem {
  const list = others.map(({ operation, type, name }) => `${operation} ${type} ${name}`).join(", ");
  return {
    code: "other-changes",
    message: `${stack} has changes other than a rotation: ${list}`,
    fix: applyFirst(stack),
  };
}

/** Why a rotation cannot leave those aside. */
export function inseparableProblem(stack: string, reasons: readonly string[]): Problem {
  const message = [`${stack}: rotating alone is not safe while they are pending:`, ...reasons.map((it) => ` - ${it}`)];
  return { code: "inseparable", message: message.join("\n"), fix: applyFirst(stack) };
}

/** A limited update that did something else than its preview. */
export function appliedOtherwiseProblem(stack: string, reasons: readonly string[]): Problem {
  return {
    code: "applied-otherwise",
    message: [
      `${stack}: the update did something other than its own preview:`,
      ...reasons.map((it) => ` - ${it}`),
    ].join("\n"),
    fix: `The program behaves differently in a preview. Stop the application, and see what it did: ${commandLine("drift", "-s", stack)}`,
  };
}

function applyFirst(stack: string): string {
  return `Review and apply the other changes first: ${commandLine("up", "-s", stack)}`;
}

/** Problems in one line. */
export function inOneLine(problems: readonly Problem[]): string {
  return problems.map(({ message }) => message.replace(/\s*\n[\s-]*/g, " ")).join(" ");
}
