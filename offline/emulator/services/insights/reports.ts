import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, routeWithBody } from "../../http/route";
import type { InsightsReport, ReportSchedule } from "../../world/insights-store";
import type { Tenant, World } from "../../world/world";
import { admitted, type Found, type Reader } from "./admission";
import { anyCase } from "./body";
import { insightsError, missingValue, noItemFound } from "./errors";
import { isOver, isPaused } from "./executions";
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
/** An update has fewer fields: query, range of the data and `ExecuteNow` stay. */
const updateBody = anyCase({
  ReportName: optionalText,
  Description: optionalText,
  StartTime: optionalText,
  RecurrenceInterval: z.number().nullish(),
  RecurrenceCount: z.number().nullish(),
  Format: optionalText,
  CallbackUrl: optionalText,
  CallbackMethod: optionalText,
});

const path = "/insights/v1/mpn/ScheduledReport";

/** Reports, one-time or scheduled. */
export const reportRoutes: readonly Route[] = [
  routeWithBody({ method: "POST", path, body: reportBody, handle: admitted(createReport) }),
  {
    method: "GET",
    path,
    query: ["reportId", "reportName", "queryId"],
    handle: admitted(listReports),
  },
  routeWithBody({ method: "PUT", path: `${path}/:reportId`, body: updateBody, handle: admitted(updateReport) }),
  { method: "PUT", path: `${path}/pause/:reportId`, handle: admitted(pauseReport) },
  { method: "PUT", path: `${path}/resume/:reportId`, handle: admitted(resumeReport) },
  { method: "DELETE", path: `${path}/:reportId`, handle: admitted(deleteReport) },
];

const hour = 3_600_000;

function createReport({ world, caller: { tenant }, body: asked }: RouteRequest<ReportBody>, reader: Reader): Found {
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
    modifiedTime: null,
    ...readSchedule(world, asked),
    queryStartTime: readTime(asked.QueryStartTime) ?? null,
    queryEndTime: readTime(asked.QueryEndTime) ?? null,
    ...readDelivery(asked),
    isRedacted: reader.isRedacted,
    earlier: [],
    pauses: [],
  };
  tenant.insightsReports.put(report);
  return { value: [shown(report, world, tenant)], message: "Report created successfully" };
}

function readDelivery(
  asked: z.infer<typeof updateBody>,
): Pick<InsightsReport, "format" | "callbackUrl" | "callbackMethod"> {
  return {
    format: readWord(asked.Format, ["csv", "tsv"]) ?? "csv",
    callbackUrl: asked.CallbackUrl ?? null,
    callbackMethod: readWord(asked.CallbackMethod, ["GET", "POST"]) ?? null,
  };
}

/** A new schedule from now on: what has run stays. Documented as required are the name and the start; the rest has its defaults again. */
function updateReport({
  world,
  caller: { tenant },
  parameters,
  body: asked,
}: RouteRequest<z.infer<typeof updateBody>>): Found {
  const report = requireReport(tenant, parameters);
  if (!asked.ReportName) throw missingValue();
  const { startTime, executeNow, recurrenceInterval, recurrenceCount } = report;
  const now = world.clock.now().toISOString();
  const before = { startTime, executeNow, recurrenceInterval, recurrenceCount, until: now };
  const changed: InsightsReport = {
    ...report,
    reportName: asked.ReportName,
    description: asked.Description ?? "",
    ...readSchedule(world, asked),
    ...readDelivery(asked),
    modifiedTime: now,
    earlier: [...report.earlier, before],
  };
  return saved(world, tenant, changed, "Report updated successfully");
}

function pauseReport({ world, caller: { tenant }, parameters }: RouteRequest): Found {
  const report = requireReport(tenant, parameters);
  const now = world.clock.now();
  const pauses = isPaused(report, now) ? report.pauses : [...report.pauses, { from: now.toISOString(), until: null }];
  return saved(world, tenant, { ...report, pauses }, "Report paused successfully");
}

function resumeReport({ world, caller: { tenant }, parameters }: RouteRequest): Found {
  const report = requireReport(tenant, parameters);
  const now = world.clock.now().toISOString();
  const pauses = report.pauses.map(({ from, until }) => ({ from, until: until ?? now }));
  return saved(world, tenant, { ...report, pauses }, "Report resumed successfully");
}

function requireReport(tenant: Tenant, parameters: RouteRequest["parameters"]): InsightsReport {
  const report = tenant.insightsReports.get((parameters["reportId"] ?? "").toLowerCase());
  if (report === undefined) throw noItemFound();
  return report;
}

function saved(world: World, tenant: Tenant, report: InsightsReport, message: string): Found {
  tenant.insightsReports.put(report);
  return { value: [shown(report, world, tenant)], message };
}

/** `ExecuteNow` ignores start and recurrence; otherwise both are checked as the FAQ says. */
function readSchedule({ clock }: World, asked: Partial<ReportBody>): ReportSchedule {
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

/** Documented for unreadable dates: an internal error of the service. */
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

function shown(report: InsightsReport, { clock }: World, tenant: Tenant) {
  const { id, startTime, isRedacted: _isRedacted, earlier: _earlier, pauses: _pauses, executeNow, ...rest } = report;
  return {
    reportId: id,
    ...rest,
    startTime,
    executeNow,
    // UNVERIFIED when a report becomes inactive; here when its last execution is over.
    reportStatus: isOver(tenant, report, clock.now())
      ? "Inactive"
      : isPaused(report, clock.now())
        ? "Paused"
        : "Active",
  };
}
