import * as pulumi from "@pulumi/pulumi";
import { waitFor, withoutStack } from "./waiting";

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

/**
 * Puts the component's name before what stops it, and reports that as it is. Whatever depends on the component fails with it, and the SDK
 * reports those failures with a prefix and a stack trace of their own: it leaves out what was reported before.
 */
export async function named<T>(who: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const refused = withoutStack(new pulumi.RunError(`${who}: ${reason}`));
    process.emit("unhandledRejection", refused, Promise.resolve());
    throw refused;
  }
}

/** Keeps an output's failure from being reported once more where nobody uses the output: `named` has reported it. */
export function quiet<T>(output: pulumi.Output<T>): pulumi.Output<T> {
  const { isKnown, isSecret } = output as unknown as { readonly [promise: string]: Promise<boolean> };
  for (const promise of [isKnown, isSecret]) promise?.catch(() => undefined);
  return output;
}

function listed(title: string, problems: readonly string[]): string {
  return [`${title}:`, ...problems.map((problem) => ` - ${problem}`)].join("\n");
}
