import { commandLine } from "../../model/command-line";
import { safeJson } from "./escape";
import type { AccessReport, ReportedStack } from "./report";

/** The schema of `partner-access diff --json`. */
const reportSchema = "partner-access/diff/1";

/** The report for programs: one line, every change of every stack, nothing cut. */
export function renderJson(report: AccessReport): string {
  const { at, base, head, isOk, highest, digest, policyChanges, unjudged, tool } = report;
  return `${safeJson({
    schema: reportSchema,
    ok: isOk,
    at,
    base,
    head,
    highestRisk: highest,
    digest,
    stacks: report.stacks.map(stackOf),
    policyChanges,
    unjudged,
    tool,
    problems: report.failed.map(({ stack, message }) => ({
      code: "stack-not-compared",
      stack,
      message,
      fix: `Fix what this reports: ${commandLine("diff", "-s", stack)}`,
    })),
  })}\n`;
}

function stackOf({ stack, domain, status, digest, changes }: ReportedStack) {
  return { stack, domain, status, digest, changes };
}
