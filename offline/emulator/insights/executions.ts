import type { InsightsReport } from "../insights-store";
import { stableId } from "../stable-id";
import { settingsOf } from "../tenant-settings";
import type { Tenant } from "../world";

export type ExecutionStatus = "Pending" | "Running" | "Completed";

/** One run of a report. Nothing is stored: report and clock say all. */
export interface Execution {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Date;
  /** When the file was there; null before. */
  readonly completedAt: Date | null;
}

/** How many there are when a schedule does not say. */
const mostExecutions = 1000;

/** The executions that have begun by now, oldest first. */
export function executionsOf(tenant: Tenant, report: InsightsReport, now: Date): Execution[] {
  const { recurrenceInterval, recurrenceCount, executeNow } = report;
  const count = executeNow ? 1 : (recurrenceCount ?? mostExecutions);
  const step = (recurrenceInterval ?? 0) * 3_600_000;
  const executions: Execution[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = new Date(Date.parse(report.startTime) + index * step);
    if (startedAt > now) break;
    executions.push({
      id: stableId("execution", report.id, String(index)),
      startedAt,
      ...progress(tenant, startedAt, now),
    });
  }
  return executions;
}

function progress(tenant: Tenant, startedAt: Date, now: Date): Pick<Execution, "status" | "completedAt"> {
  const { reportPendingSeconds, reportRunningSeconds } = settingsOf(tenant).partnerCenter;
  const running = startedAt.getTime() + reportPendingSeconds * 1000;
  const completed = running + reportRunningSeconds * 1000;
  if (now.getTime() < running) return { status: "Pending", completedAt: null };
  if (now.getTime() < completed) return { status: "Running", completedAt: null };
  return { status: "Completed", completedAt: new Date(completed) };
}

/** Whether no further execution comes. */
export function isOver(tenant: Tenant, report: InsightsReport, now: Date): boolean {
  const count = report.executeNow ? 1 : (report.recurrenceCount ?? mostExecutions);
  const executions = executionsOf(tenant, report, now);
  return executions.length === count && executions.at(-1)?.status === "Completed";
}
