import { counted } from "../../model/command-line";
import type { AccessReport, Unjudged } from "./report";

/** What a reader must know first. "No permission changes" never stands alone: the second and third line go with it. */
export interface Verdict {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The verdict in three lines at most, without a word from outside. */
export function verdictOf(report: AccessReport): Verdict {
  return {
    title: titleOf(report),
    lines: [changesLine(report), ...failedLine(report), unjudgedLine(report.unjudged)],
  };
}

/** What the report cannot judge, counted. */
function unjudgedLine({ code, lockFiles, workflows, dependencies }: Unjudged): string {
  const parts = [
    [code.length, "changed code file", "changed code files"],
    [lockFiles.length, "changed lock file", "changed lock files"],
    [workflows.length, "changed workflow that runs with credentials", "changed workflows that run with credentials"],
    [dependencies.length, "dependency in another version", "dependencies in another version"],
  ] as const;
  const found = parts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many));
  if (found.length === 0) {
    return "This report covers every change: no code, lock files, dependencies or workflows with credentials changed.";
  }
  return `This report cannot judge ${found.join(", ")}: read them yourself.`;
}

function titleOf({ highest, failed }: AccessReport): string {
  if (failed.length > 0)
    return highest === null ? "cannot tell" : `${highest} risk, and some changes could not be compared`;
  return highest === null ? "no permission changes" : `${highest} risk`;
}

function changesLine({ stacks, policyChanges, failed, highest }: AccessReport): string {
  const compared = counted(stacks.length, "stack");
  const changed = stacks.filter((stack) => stack.changes.length > 0);
  const changes = changed.reduce((sum, stack) => sum + stack.changes.length, 0);
  const those = failed.length > 0 ? ` that could be compared` : "";
  if (changes === 0 && policyChanges.length === 0) return `No permission changes in ${compared}${those}.`;
  const parts = [
    ...(changes > 0
      ? [
          `${counted(changes, "change")} to what is granted, in ${changed.length.toLocaleString("en")} of ${compared}${those}`,
        ]
      : []),
    ...(changes === 0 ? [`No permission changes in ${compared}${those}`] : []),
    ...(policyChanges.length > 0
      ? [`${counted(policyChanges.length, "change")} to what the access policy allows`]
      : []),
  ];
  return `${parts.join("; ")}. Highest risk: ${highest}.`;
}

function failedLine({ failed }: AccessReport): readonly string[] {
  if (failed.length === 0) return [];
  return [`${counted(failed.length, "stack")} could not be compared: what changes there is unknown.`];
}
