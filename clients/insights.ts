import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { callPartnerApi, field, listField, type PartnerApiOptions, type PartnerCall, textField } from "./partner-api";

/** One dataset that reports can be made from. */
export interface InsightsDataset {
  readonly name: string;
  readonly columns: readonly string[];
  readonly metrics: readonly string[];
  readonly dateRanges: readonly string[];
  /** Hours; undefined when the answer does not say. */
  readonly minimumRecurrenceInterval: number | undefined;
}

export interface InsightsQuery {
  readonly queryId: string;
  readonly name: string;
  readonly query: string;
  /** `userDefined` or `system`. */
  readonly type: string;
}

/** What a report is asked for with. It runs once, now: a schedule of our own would outlive the command. */
export interface ReportRequest {
  readonly name: string;
  readonly description: string;
  readonly queryId: string;
  readonly format: "csv" | "tsv";
}

export interface InsightsReport {
  readonly reportId: string;
  readonly name: string;
  /** `Active`, `Paused` or `Inactive`. */
  readonly status: string;
}

export interface ReportExecution {
  readonly executionId: string;
  /** `Pending`, `Running`, `Paused` or `Completed`. */
  readonly status: string;
  /** Signed already: to be fetched without a token, and as secret as the report itself. */
  readonly downloadLink: string | undefined;
}

/** A list as Insights answers it. */
export interface InsightsList<T> {
  readonly items: readonly T[];
  /** Whether Insights left something out because of the user's role. */
  readonly isRedacted: boolean;
}

/** The programmatic access to Partner Insights (`/insights/v1/mpn`). */
export interface Insights {
  datasets(name?: string): Promise<InsightsList<InsightsDataset>>;
  queries(): Promise<InsightsList<InsightsQuery>>;
  createQuery(query: {
    readonly name: string;
    readonly description: string;
    readonly query: string;
  }): Promise<InsightsQuery>;
  deleteQuery(queryId: string): Promise<void>;
  /** Runs a query on the spot: at most 100 rows, at most 100 seconds. */
  testQuery(query: string): Promise<InsightsList<object>>;
  createReport(request: ReportRequest): Promise<InsightsReport>;
  deleteReport(reportId: string): Promise<void>;
  /** Every execution in any state, in the service's own order (UNVERIFIED which); none before the first one. */
  executions(reportId: string): Promise<readonly ReportExecution[]>;
  /** The finished report as a stream of bytes. */
  download(link: string): Promise<ReadableStream<Uint8Array>>;
}

const BASE = "/insights/v1/mpn";
const ALL_STATES = "Pending;Running;Paused;Completed";

/** Source: https://learn.microsoft.com/partner-center/insights/insights-programmatic-available-apis */
export function createInsights(options: PartnerApiOptions): Insights {
  const call = (request: PartnerCall) =>
    callPartnerApi("Insights", options, { ...request, path: `${BASE}${request.path}` });
  return {
    async datasets(name) {
      const query = { datasetName: name };
      return listOf(await call({ path: "/ScheduledDataset", query, operation: "list datasets" }), datasetOf);
    },
    queries: async () => listOf(await call({ path: "/ScheduledQueries", operation: "list queries" }), queryOf),
    async createQuery({ name, description, query }) {
      const body = { Name: name, Description: description, Query: query };
      const operation = `create query ${name}`;
      return first(await call({ method: "POST", path: "/ScheduledQueries", body, operation }), queryOf, operation);
    },
    async deleteQuery(queryId) {
      const path = `/ScheduledQueries/${encodeURIComponent(queryId)}`;
      await call({ method: "DELETE", path, operation: `delete query ${queryId}` });
    },
    async testQuery(query) {
      const path = "/ScheduledQueries/testQueryResult";
      return listOf(await call({ path, query: { exportQuery: query }, operation: "test a query" }), (row) => row);
    },
    async createReport({ name, description, queryId, format }) {
      const body = { ReportName: name, Description: description, QueryId: queryId, ExecuteNow: true, Format: format };
      const operation = `create report ${name}`;
      return first(await call({ method: "POST", path: "/ScheduledReport", body, operation }), reportOf, operation);
    },
    async deleteReport(reportId) {
      const path = `/ScheduledReport/${encodeURIComponent(reportId)}`;
      await call({ method: "DELETE", path, operation: `delete report ${reportId}` });
    },
    executions: (reportId) => readExecutions(call, reportId),
    download: (link) => openDownload(link, options.fetch ?? fetch),
  };
}

async function readExecutions(
  call: (request: PartnerCall) => ReturnType<typeof callPartnerApi>,
  reportId: string,
): Promise<readonly ReportExecution[]> {
  const path = `/ScheduledReport/execution/${encodeURIComponent(reportId)}`;
  const query = { executionStatus: ALL_STATES, getLatestExecution: "false" };
  try {
    return listOf(await call({ path, query, operation: `look for executions of report ${reportId}` }), executionOf)
      .items;
  } catch (error) {
    // Documented: no execution yet is "not found".
    if (error instanceof ServiceError && error.status === 404) return [];
    throw error;
  }
}

async function openDownload(link: string, fetcher: typeof fetch): Promise<ReadableStream<Uint8Array>> {
  const operation = "download the report";
  // No token: the link is signed, and may lead to a host that has no business with one.
  const answer = await fetcher(link).catch((error: unknown) => {
    throw networkError("Insights", operation, error);
  });
  if (answer.ok && answer.body !== null) return answer.body;
  throw new ServiceError({
    service: "Insights",
    operation,
    status: answer.status,
    isTemporary: isTemporaryStatus(answer.status),
  });
}

function listOf<T>({ body }: { readonly body: unknown }, read: (item: object) => T): InsightsList<T> {
  return { items: listField(body, "value").map(read), isRedacted: field(body, "dataRedacted") === true };
}

function first<T>(
  answer: { readonly status: number; readonly body: unknown },
  read: (item: object) => T,
  operation: string,
): T {
  const [item] = listOf(answer, read).items;
  if (item !== undefined) return item;
  throw new ServiceError({
    service: "Insights",
    operation,
    status: answer.status,
    code: "malformed",
    isTemporary: false,
  });
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function datasetOf(item: object): InsightsDataset {
  const interval = field(item, "minimumRecurrenceInterval");
  return {
    name: textField(item, "datasetName") ?? "",
    columns: texts(field(item, "selectableColumns")),
    metrics: texts(field(item, "availableMetrics")),
    dateRanges: texts(field(item, "availableDateRanges")),
    minimumRecurrenceInterval: typeof interval === "number" ? interval : undefined,
  };
}

function queryOf(item: object): InsightsQuery {
  return {
    queryId: textField(item, "queryId") ?? "",
    name: textField(item, "name") ?? "",
    query: textField(item, "query") ?? "",
    type: textField(item, "type") ?? "",
  };
}

function reportOf(item: object): InsightsReport {
  return {
    reportId: textField(item, "reportId") ?? "",
    name: textField(item, "reportName") ?? "",
    status: textField(item, "reportStatus") ?? "",
  };
}

function executionOf(item: object): ReportExecution {
  return {
    executionId: textField(item, "executionId") ?? "",
    status: textField(item, "executionStatus") ?? "",
    downloadLink: textField(item, "reportAccessSecureLink"),
  };
}
