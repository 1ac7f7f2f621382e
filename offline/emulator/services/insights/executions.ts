import type { InsightsReport, ReportSchedule } from "../../world/insights-store";
import { stableId } from "../../world/stable-id";
import { settingsOf } from "../../world/tenant-settings";
import type { Tenant } from "../../world/world";

type ExecutionStatus = "Pending" | "Running" | "Completed";

/** One run of a report. Nothing is stored: it follows from the report and the clock. */
export interface Execution {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Date;
  /** When the file was ready; null before. */
  readonly completedAt: Date | null;
}

/** The default number of executions. */
const mostExecutions = 1000;

/** The executions that have begun by now, oldest first. UNVERIFIED: those that fall into a pause are left out. */
export function executionsOf(tenant: Tenant, report: InsightsReport, now: Date): Execution[] {
  const ends = [
    ...report.earlier.map((schedule) => ({ ...schedule, until: new Date(schedule.until) })),
    { ...report, until: now },
  ];
  return ends
    .flatMap((schedule) => startsOf(schedule, schedule.until))
    .filter((startedAt) => !isPaused(report, startedAt))
    .map((startedAt) => ({
      id: stableId("execution", report.id, startedAt.toISOString()),
      startedAt,
      ...progress(tenant, startedAt, now),
    }));
}

function startsOf(schedule: ReportSchedule, until: Date): Date[] {
  const step = (schedule.recurrenceInterval ?? 0) * 3_600_000;
  const starts: Date[] = [];
  for (let index = 0; index < countOf(schedule); index++) {
    const startedAt = new Date(Date.parse(schedule.startTime) + index * step);
    if (startedAt > until) break;
    starts.push(startedAt);
  }
  return starts;
}

const countOf = ({ executeNow, recurrenceCount }: ReportSchedule): number =>
  executeNow ? 1 : (recurrenceCount ?? mostExecutions);

/** Whether the report was paused at that moment. */
export function isPaused({ pauses }: InsightsReport, at: Date): boolean {
  return pauses.some(({ from, until }) => at >= new Date(from) && (until === null || at < new Date(until)));
}

function progress(tenant: Tenant, startedAt: Date, now: Date): Pick<Execution, "status" | "completedAt"> {
  const { reportPendingSeconds, reportRunningSeconds } = settingsOf(tenant).partnerCenter;
  const running = startedAt.getTime() + reportPendingSeconds * 1000;
  const completed = running + reportRunningSeconds * 1000;
  if (now.getTime() < running) return { status: "Pending", completedAt: null };
  if (now.getTime() < completed) return { status: "Running", completedAt: null };
  return { status: "Completed", completedAt: new Date(completed) };
}

/** Whether there will be no further execution. */
export function isOver(tenant: Tenant, report: InsightsReport, now: Date): boolean {
  const isLastBegun = startsOf(report, now).length === countOf(report);
  return isLastBegun && executionsOf(tenant, report, now).every(({ status }) => status === "Completed");
}
