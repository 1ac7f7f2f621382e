import type { Verdict } from "../../clients/pull-requests/host";
import { type Approval, approvalOf, type StackVerdict } from "../../permissions/report/approval";
import { markdownName } from "../../permissions/report/escape";
import type { Judgement } from "../review/judgement";

/** The review whose comment, check and approval this is. */
export const reviewName = "access-review";

/** What of a report decides: who changes, what is approved, whether all could be told. */
export interface ReviewOutcome {
  readonly stacks: readonly StackVerdict[];
  readonly approval: Approval;
  /** Stacks about which nothing is known. */
  readonly failed: readonly string[];
  readonly highestRisk: string | null;
}

interface ReportDocument {
  readonly highestRisk: string | null;
  readonly stacks: readonly (Pick<StackVerdict, "stack" | "status"> & {
    readonly digest: { readonly head: string | null };
  })[];
  readonly problems: readonly { readonly stack: string }[];
}

/** Reads the document that the base's code wrote. */
export function outcomeOf({ json }: Judgement): ReviewOutcome {
  const document = JSON.parse(json) as ReportDocument;
  const stacks = document.stacks.map(({ stack, status, digest }) => ({ stack, status, digest: digest.head }));
  return {
    stacks,
    approval: approvalOf(stacks),
    failed: document.problems.map(({ stack }) => stack),
    highestRisk: document.highestRisk,
  };
}

/** GitHub counts bytes, and refuses one more than this. */
const mostBytes = 65_535;
const reserve = 200;

/** The check run or status: the approval's digest, and the digest of every stack that changes, as far as there is room. */
export function verdictOf({ approval, failed, highestRisk }: ReviewOutcome, commit: string): Verdict {
  const told = highestRisk === null ? "no permission changes" : `highest risk ${highestRisk}`;
  const title = failed.length === 0 ? told : `cannot tell about ${failed.length} of the stacks; ${told}`;
  const lines = approval.stacks.map(({ stack, digest }) => `- ${markdownName(stack)}: ${digest ?? "removed"}\n`);
  const head = `An approval of this change is bound to \`${approval.digest}\`.\n\n`;
  let details = head;
  let shown = 0;
  for (const line of lines) {
    if (Buffer.byteLength(details) + Buffer.byteLength(line) > mostBytes - reserve) break;
    details += line;
    shown += 1;
  }
  if (shown < lines.length)
    details += `\n${lines.length - shown} more stacks are left out here; the digest covers them.\n`;
  return { name: reviewName, commit, isComplete: failed.length === 0, title, details, digest: approval.digest };
}
