import { overallDigest } from "../manifest";
import type { ReportedStack } from "./report";

/** What a review says about one stack; `digest` is of its head, null where the change removes the stack. */
export type StackVerdict = Pick<ReportedStack, "stack" | "status"> & { readonly digest: string | null };

/** What is approved: the stacks whose grants change, and one digest over all of them. */
export interface Approval {
  readonly digest: string;
  readonly stacks: readonly StackVerdict[];
}

/**
 * Over the stacks that change and no others, so that merging a change of another stack keeps an approval valid. A stack that is removed
 * counts too.
 */
export function approvalOf(stacks: readonly StackVerdict[]): Approval {
  const changed = stacks.filter(({ status }) => status !== "unchanged");
  const digests = changed.map(({ stack, digest }) => ({ stack, digest: digest ?? "removed" }));
  return { digest: overallDigest(digests), stacks: changed };
}
