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

/** A report on a schedule, or for once. */
export interface InsightsReport {
  readonly id: string;
  readonly reportName: string;
  readonly description: string;
  readonly queryId: string;
  readonly query: string;
  readonly user: string;
  readonly createdTime: string;
  /** First execution; for one that runs now, when it was made. */
  readonly startTime: string;
  readonly executeNow: boolean;
  readonly queryStartTime: string | null;
  readonly queryEndTime: string | null;
  /** Hours between executions, and how many there are; an execution for once has neither. */
  readonly recurrenceInterval: number | null;
  readonly recurrenceCount: number | null;
  readonly format: "csv" | "tsv";
  readonly callbackUrl: string | null;
  readonly callbackMethod: string | null;
  /** Whether whoever asked saw less than all: so does the report. */
  readonly isRedacted: boolean;
}

/** What the partners of a tenant keep in Insights. */
export interface InsightsStore {
  readonly insightsQueries: Collection<InsightsQuery>;
  readonly insightsReports: Collection<InsightsReport>;
}
