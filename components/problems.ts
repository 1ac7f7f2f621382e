import * as pulumi from "@pulumi/pulumi";

/** Stops the program at a component's door: one error that names every problem, without a stack nobody can use. */
export function failOn(problems: readonly string[], component: pulumi.Resource, title: string): void {
  if (problems.length > 0) throw new pulumi.ResourceError(listed(title, problems), component, true);
}

/** Stops the program before anything is declared, with every problem in one message. */
export function failRun(problems: readonly string[], title: string): void {
  if (problems.length > 0) throw new pulumi.RunError(listed(title, problems));
}

function listed(title: string, problems: readonly string[]): string {
  return [`${title}:`, ...problems.map((problem) => ` - ${problem}`)].join("\n");
}
