import * as pulumi from "@pulumi/pulumi";
import { waitFor } from "./waiting";

/** Stops the program at a component's door: one error that names every problem, without a stack nobody can use. */
export function failOn(problems: readonly string[], component: pulumi.Resource, title: string): void {
  if (problems.length > 0) throw new pulumi.ResourceError(listed(title, problems), component, true);
}

/** Stops the program before anything is declared, with every problem in one message. */
export function failRun(problems: readonly string[], title: string): void {
  if (problems.length > 0) throw refusal(problems, title);
}

/** One error that names every problem. */
export function refusal(problems: readonly string[], title: string): pulumi.RunError {
  return new pulumi.RunError(listed(title, problems));
}

/**
 * Asks outside, for a limited time. A failure stops the program with one sentence, not with the stack of an unhandled exception: "cannot
 * tell" is never taken for "nothing there".
 */
export async function askOrStop<T>(question: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await waitFor(question, ask);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(`Cannot tell ${question}; nothing was changed: ${reason}`);
  }
}

/** The same, where some errors are an answer of their own: undefined. */
export function askUnless<T>(
  isAnswer: (error: unknown) => boolean,
  question: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  return askOrStop(question, () =>
    ask().catch((error: unknown) => {
      if (isAnswer(error)) return undefined;
      throw error;
    }),
  );
}

function listed(title: string, problems: readonly string[]): string {
  return [`${title}:`, ...problems.map((problem) => ` - ${problem}`)].join("\n");
}
