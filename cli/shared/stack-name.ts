import { invalidOption } from "./document";

/** A stack's name that may become the name of jobs, environments, stages and subjects, and an argument: nothing that JSON or a shell reads. */
export function isPipelineName(stack: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(stack);
}

/** A stack as a person names it. */
export interface StackName {
  readonly stack: string;
  /** `ORGANIZATION/PROJECT`, where it was written; Pulumi's own default otherwise. */
  readonly owner: string | undefined;
}

/**
 * Reads what Pulumi itself takes and prints: `contoso`, `organization/contoso` or `organization/project/contoso`. The stack's file, its
 * environments and its vault go by the last part. `projectName` is asked only for a name of several parts.
 */
export function readStackName(text: string, projectName: () => string): StackName {
  const parts = text.split("/");
  const stack = parts.at(-1) ?? "";
  if (parts.length === 1) return { stack, owner: undefined };
  if (parts.length > 3 || parts.some((part) => part === "")) {
    throw invalidOption(
      `--stack must be a stack's name, ORGANIZATION/STACK or ORGANIZATION/PROJECT/STACK, got ${JSON.stringify(text)}`,
      "Write it as `pulumi stack ls` does.",
    );
  }
  const own = projectName();
  const [organization, project] = parts.length === 3 ? parts : [parts[0], own];
  if (project !== own) {
    throw invalidOption(
      `--stack names a stack of the project ${JSON.stringify(project)}, this one is ${own}`,
      `Leave organization and project out, or write ${organization}/${own}/${stack}.`,
    );
  }
  return { stack, owner: `${organization}/${own}` };
}
