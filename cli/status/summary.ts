import { counted } from "../../model/command-line";
import { type Phrase, phrase } from "../../permissions/report/phrase";
import { type Summary, stackProblems } from "../shared/summary";
import { byUrgency, tenantUrgency, urgencyWords } from "./page/urgency";
import type { StackStatus } from "./stack-status";

/** The status of all stacks for a job's summary, most urgent first. */
export function statusSummary(statuses: readonly StackStatus[]): Summary {
  const sorted = byUrgency(statuses);
  const concerned = statuses.filter(({ ok }) => !ok).length;
  return {
    title:
      concerned === 0
        ? [`Status: ${counted(statuses.length, "stack")}, all well`]
        : [`Status: ${concerned} of ${counted(statuses.length, "stack")} to look at`],
    headings: ["Stack", "State", "Secret expires", "Next rotation", "Sign-in"],
    rows: sorted.map(row),
    problems: stackProblems(sorted),
  };
}

function row(status: StackStatus): readonly Phrase[] {
  const { stack, published, nextRotation, refreshToken } = status;
  const { sign, words } = urgencyWords[tenantUrgency(status)];
  return [
    phrase`${stack}`,
    [`${sign} ${words}`],
    [published?.expires ?? "not known"],
    [nextRotation ?? "not known"],
    [refreshToken === null ? "none" : `${counted(refreshToken.ageDays, "day")} old`],
  ];
}
