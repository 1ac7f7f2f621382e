import * as pulumi from "@pulumi/pulumi";

/** Stops the program at a component's door: one error that names every problem, without a stack nobody can use. */
export function failOn(problems: readonly string[], component: pulumi.Resource, title: string): void {
  if (problems.length > 0) throw new pulumi.ResourceError(listed(title, problems), component, true);
}

/** Stops the program before anything is declared, with every problem in one message. */
export function failRun(problems: readonly string[], title: string): void {
  if (problems.length > 0) throw new pulumi.RunError(listed(title, problems));
}

/** Asks a provider; a failure stops the program with one sentence, not with the stack of an unhandled exception. */
export async function askOrStop<T>(question: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw stop(question, error);
  }
}

/** The error for a question that got no answer. "Cannot tell" is never taken for "nothing there". */
export function stop(question: string, error: unknown): pulumi.RunError {
  const reason = error instanceof Error ? error.message : String(error);
  return new pulumi.RunError(`Cannot tell ${question}; nothing was changed: ${reason}`);
}

function listed(title: string, problems: readonly string[]): string {
  return [`${title}:`, ...problems.map((problem) => ` - ${problem}`)].join("\n");
}
