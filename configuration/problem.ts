import { counted } from "../model/command-line";
/** One thing wrong with a configuration, in four answers. */
export interface Problem {
  /** Where: `rotation.overlapDays`, `permissions[0].api`, or a file name for anything outside a stack file. */
  readonly path: string;
  /** What is wrong, to be read after the path: "is not a GUID". */
  readonly message: string;
  /** What was found, safe to print: a value that may be secret is masked. Undefined when nothing was there. */
  readonly received: string | undefined;
  readonly allowed: string;
  /** The likely remedy, as an instruction. */
  readonly fix: string;
}

/** What is wrong, without the remedy: where a reader shows that apart. */
export function describeProblem(problem: Problem): string {
  const received = problem.received === undefined ? "" : `, got ${problem.received}`;
  return `${problem.path} ${problem.message}${received}. Allowed: ${problem.allowed}.`;
}

/** One problem as one line. */
export function renderProblem(problem: Problem): string {
  return `${describeProblem(problem)} Fix: ${problem.fix}.`;
}

/** Every problem of one stack's configuration, thrown once, before anything outside is touched. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(
    readonly stackName: string,
    readonly problems: readonly Problem[],
  ) {
    const count = counted(problems.length, "problem");
    const lines = problems.map((problem) => ` - ${renderProblem(problem)}`);
    super([`The configuration of stack "${stackName}" has ${count}:`, ...lines].join("\n"));
  }
}
