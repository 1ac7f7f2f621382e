import type { Route, RouteRequest } from "../../http/route";
import type { InsightsReport } from "../../world/insights-store";
import { admitted, type Found } from "./admission";
import type { ReportLinks } from "./download";
import { insightsError, noItemFound } from "./errors";
import { type Execution, executionsOf } from "./executions";

const statuses = ["Pending", "Running", "Paused", "Completed"];
/** How far back a list of all executions goes. */
const historyDays = 90;

/** Executions of a report, with the link to the file of those that have completed. */
export function executionRoutes(links: ReportLinks): Route[] {
  return [
    {
      method: "GET",
      path: "/insights/v1/mpn/ScheduledReport/execution/:reportId",
      query: ["executionId", "executionStatus", "getLatestExecution"],
      handle: admitted((request) => listExecutions(request, links)),
    },
  ];
}

/** By default the latest one that has completed, and 404 before there is one: documented, and unlike other lists. */
function listExecutions(request: RouteRequest, links: ReportLinks): Found {
  const { world, caller, parameters, query } = request;
  const { tenant } = caller;
  const report = tenant.insightsReports.get((parameters["reportId"] ?? "").toLowerCase());
  if (report === undefined) throw noItemFound();
  const now = world.clock.now();
  const wanted = readStatuses(query["executionStatus"] ?? "Completed");
  const ids = query["executionId"]?.split(";").map((id) => id.trim().toLowerCase());
  const oldest = now.getTime() - historyDays * 86_400_000;
  const found = executionsOf(tenant, report, now)
    .filter(({ startedAt }) => startedAt.getTime() >= oldest)
    .filter(({ status }) => wanted.includes(status))
    .filter(({ id }) => ids === undefined || ids.includes(id));
  const isLatestOnly = (query["getLatestExecution"] ?? "true").toLowerCase() === "true";
  // UNVERIFIED: the order of a list; newest first here, so that a client must not take the last for the latest.
  const newestFirst = found.reverse();
  const chosen = isLatestOnly ? newestFirst.slice(0, 1) : newestFirst;
  if (chosen.length === 0) {
    throw insightsError(404, "There are no executions that have occurred for the given filter conditions.");
  }
  const value = chosen.map((execution) => shown(request, report, execution, links));
  return { value, message: "Report executions fetched successfully" };
}

function readStatuses(text: string): string[] {
  return text.split(";").map((word) => {
    const status = statuses.find((each) => each.toLowerCase() === word.trim().toLowerCase());
    if (status === undefined) throw insightsError(400, `Requested value '${word}' not found.`);
    return status;
  });
}

function shown({ world, caller }: RouteRequest, report: InsightsReport, execution: Execution, links: ReportLinks) {
  const { id, status, completedAt } = execution;
  return {
    executionId: id,
    reportId: report.id,
    recurrenceInterval: report.recurrenceInterval,
    recurrenceCount: report.recurrenceCount,
    callbackUrl: report.callbackUrl,
    callbackMethod: report.callbackMethod,
    format: report.format,
    executionStatus: status,
    reportLocation: null,
    reportAccessSecureLink: completedAt === null ? null : links.sign(world, caller.tenant, report, id),
    reportExpiryTime: null,
    reportGeneratedTime: completedAt?.toISOString() ?? null,
  };
}
