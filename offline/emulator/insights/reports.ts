import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { InsightsReport } from "../insights-store";
import type { Route, RouteRequest } from "../route";
import type { World } from "../world";
import { admitted, type Found, type Reader } from "./admission";
import { anyCase } from "./body";
import { insightsError, missingValue, noItemFound } from "./errors";
import { isOver } from "./executions";
import { findQuery } from "./queries";

const optionalText = z.string().nullish();

const reportBody = anyCase({
  ReportName: optionalText,
  Description: optionalText,
  QueryId: optionalText,
  StartTime: optionalText,
  ExecuteNow: z.boolean().nullish(),
  QueryStartTime: optionalText,
  QueryEndTime: optionalText,
  RecurrenceInterval: z.number().nullish(),
  RecurrenceCount: z.number().nullish(),
  Format: optionalText,
  CallbackUrl: optionalText,
  CallbackMethod: optionalText,
});
type ReportBody = z.infer<typeof reportBody>;

const path = "/insights/v1/mpn/ScheduledReport";

/** Reports: for once, or on a schedule. */
export const reportRoutes: readonly Route[] = [
  { method: "POST", path, body: reportBody, handle: admitted(createReport) },
  {
    method: "GET",
    path,
    query: ["reportId", "reportName", "queryId"],
    handle: admitted(listReports),
  },
  { method: "DELETE", path: `${path}/:reportId`, handle: admitted(deleteReport) },
];

const hour = 3_600_000;

function createReport({ world, caller: { tenant }, body }: RouteRequest, reader: Reader): Found {
  const asked = body as ReportBody;
  if (!asked.ReportName || !asked.QueryId) throw missingValue();
  const query = findQuery(tenant, asked.QueryId);
  if (query === undefined) throw insightsError(400, "Invalid QueryId");
  const report: InsightsReport = {
    id: randomUUID(),
    reportName: asked.ReportName,
    description: asked.Description ?? "",
    queryId: query.id,
    query: query.query,
    user: reader.name,
    createdTime: world.clock.now().toISOString(),
    ...readSchedule(world, asked),
    queryStartTime: readTime(asked.QueryStartTime) ?? null,
    queryEndTime: readTime(asked.QueryEndTime) ?? null,
    format: readWord(asked.Format, ["csv", "tsv"]) ?? "csv",
    callbackUrl: asked.CallbackUrl ?? null,
    callbackMethod: readWord(asked.CallbackMethod, ["GET", "POST"]) ?? null,
    isRedacted: reader.isRedacted,
  };
  tenant.insightsReports.put(report);
  return { value: [shown(report, world, tenant)], message: "Report created successfully" };
}

/** `ExecuteNow` puts start and recurrence aside; else both are checked as the FAQ says. */
function readSchedule(
  { clock }: World,
  asked: ReportBody,
): Pick<InsightsReport, "executeNow" | "startTime" | "recurrenceInterval" | "recurrenceCount"> {
  const now = clock.now();
  if (asked.ExecuteNow === true) {
    return { executeNow: true, startTime: now.toISOString(), recurrenceInterval: null, recurrenceCount: null };
  }
  const startTime = readTime(asked.StartTime);
  if (startTime === undefined) throw missingValue();
  if (Date.parse(startTime) < now.getTime() + 4 * hour) {
    throw insightsError(400, "Start time of report should at least be 4 hours from current UTC time");
  }
  const interval = asked.RecurrenceInterval;
  if (typeof interval !== "number" || !Number.isInteger(interval) || interval < 4 || interval > 2160) {
    throw insightsError(400, "Recurrence Interval must be between 4 and 2160");
  }
  return {
    executeNow: false,
    startTime,
    recurrenceInterval: interval,
    recurrenceCount: asked.RecurrenceCount ?? null,
  };
}

/** Documented for dates that cannot be read: an error of the service itself. */
function readTime(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw insightsError(500, `Internal error encountered while creating report. Correlation ID <${randomUUID()}>`);
  }
  return new Date(time).toISOString();
}

function readWord<Word extends string>(text: string | null | undefined, known: readonly Word[]): Word | undefined {
  if (text === null || text === undefined) return undefined;
  const word = known.find((each) => each.toLowerCase() === text.toLowerCase());
  if (word === undefined) throw insightsError(400, `Requested value '${text}' not found.`);
  return word;
}

function listReports({ world, caller: { tenant }, query }: RouteRequest): Found {
  const found = tenant.insightsReports
    .all()
    .filter(({ id }) => query["reportId"] === undefined || id === query["reportId"].toLowerCase())
    .filter(({ reportName }) => query["reportName"] === undefined || reportName === query["reportName"])
    .filter(({ queryId }) => query["queryId"] === undefined || queryId === query["queryId"].toLowerCase());
  if (found.length === 0 && Object.keys(query).length > 0) throw noItemFound();
  return { value: found.map((report) => shown(report, world, tenant)), message: "Reports fetched successfully" };
}

function deleteReport({ world, caller: { tenant }, parameters }: RouteRequest): Found {
  const removed = tenant.insightsReports.remove((parameters["reportId"] ?? "").toLowerCase());
  if (removed === undefined) throw noItemFound();
  return { value: [shown(removed, world, tenant)], message: "Report deleted successfully" };
}

function shown(report: InsightsReport, { clock }: World, tenant: RouteRequest["caller"]["tenant"]) {
  const { id, startTime, isRedacted: _isRedacted, executeNow, ...rest } = report;
  return {
    reportId: id,
    ...rest,
    startTime,
    executeNow,
    modifiedTime: null,
    // UNVERIFIED when a report becomes inactive; here when its last execution is over.
    reportStatus: isOver(tenant, report, clock.now()) ? "Inactive" : "Active",
  };
}
