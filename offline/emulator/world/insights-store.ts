import type { Collection } from "./collection";

/** A query that a user saved for reports. */
export interface InsightsQuery {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly query: string;
  /** Who made it, by name. */
  readonly user: string;
  readonly createdTime: string;
}

/** When a report runs. */
export interface ReportSchedule {
  /** First execution; for one that runs now, when it was made. */
  readonly startTime: string;
  readonly executeNow: boolean;
  /** Hours between executions, and how many there are; an execution for once has neither. */
  readonly recurrenceInterval: number | null;
  readonly recurrenceCount: number | null;
}

/** A report on a schedule, or for once. */
export interface InsightsReport extends ReportSchedule {
  readonly id: string;
  readonly reportName: string;
  readonly description: string;
  readonly queryId: string;
  readonly query: string;
  readonly user: string;
  readonly createdTime: string;
  readonly modifiedTime: string | null;
  readonly queryStartTime: string | null;
  readonly queryEndTime: string | null;
  readonly format: "csv" | "tsv";
  readonly callbackUrl: string | null;
  readonly callbackMethod: string | null;
  /** Whether whoever asked saw less than all: so does the report. */
  readonly isRedacted: boolean;
  /** Schedules of before the last update, each with its end. */
  readonly earlier: readonly (ReportSchedule & { readonly until: string })[];
  /** When it was paused, and until when; null: it still is. */
  readonly pauses: readonly { readonly from: string; readonly until: string | null }[];
}

/** What the partners of a tenant keep in Insights. */
export interface InsightsStore {
  readonly insightsQueries: Collection<InsightsQuery>;
  readonly insightsReports: Collection<InsightsReport>;
}
