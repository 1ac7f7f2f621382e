import { type Answer, malformed } from "../http/call";
import { download } from "../http/download";
import { createPageGuard, nextLinkIn } from "../http/pages";
import { field } from "../http/refusal";
import {
  type Asked,
  callPartnerApi,
  demandText,
  listField,
  type PartnerApiOptions,
  type PartnerCall,
  textField,
} from "./partner-api";

/** One dataset that reports can be made from. */
interface InsightsDataset {
  readonly name: string;
  readonly columns: readonly string[];
  readonly metrics: readonly string[];
  readonly dateRanges: readonly string[];
  /** Hours; undefined when the answer does not say. */
  readonly minimumRecurrenceInterval: number | undefined;
}

interface InsightsQuery {
  readonly queryId: string;
  readonly name: string;
  readonly query: string;
  /** `userDefined` or `system`. */
  readonly type: string;
}

/** What a report is asked for with. It runs once, now: a schedule of our own would outlive the command. */
interface ReportRequest {
  readonly name: string;
  readonly description: string;
  readonly queryId: string;
  readonly format: "csv" | "tsv";
}

interface InsightsReport {
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

const SERVICE = "Insights";
const BASE = "/insights/v1/mpn";
const ALL_STATES = "Pending;Running;Paused;Completed";

/** Source: https://learn.microsoft.com/partner-center/insights/insights-programmatic-available-apis */
export function createInsights(options: PartnerApiOptions): Insights {
  const list = async <T>(request: PartnerCall, read: (item: object, asked: Asked) => T): Promise<InsightsList<T>> => {
    const asked: Asked = { service: SERVICE, operation: request.operation };
    const guard = createPageGuard(asked);
    const items: T[] = [];
    let isRedacted = false;
    let page: PartnerCall | undefined = { ...request, path: `${BASE}${request.path}` };
    while (page !== undefined) {
      const { status, body, url }: Answer = await callPartnerApi(SERVICE, options, page);
      if (status === 404) break;
      items.push(...listField(body, "value", asked).map((item) => read(item, asked)));
      isRedacted ||= field(body, "dataRedacted") === true;
      const next = nextLinkIn(body);
      page = next === undefined ? undefined : { ...request, path: guard(url, next), query: {} };
    }
    return { items, isRedacted };
  };
  const create = async <T>(request: PartnerCall, read: (item: object, asked: Asked) => T): Promise<T> => {
    const [item] = (await list({ ...request, method: "POST" }, read)).items;
    if (item !== undefined) return item;
    throw malformed(SERVICE, request.operation, "value");
  };
  const remove = async (request: PartnerCall): Promise<void> => {
    await callPartnerApi(SERVICE, options, { ...request, method: "DELETE", path: `${BASE}${request.path}` });
  };
  return {
    async datasets(name) {
      return list({ path: "/ScheduledDataset", query: { datasetName: name }, operation: "list datasets" }, datasetOf);
    },
    queries: () => list({ path: "/ScheduledQueries", operation: "list queries" }, queryOf),
    createQuery({ name, description, query }) {
      const body = { Name: name, Description: description, Query: query };
      return create({ path: "/ScheduledQueries", body, operation: `create query ${name}` }, queryOf);
    },
    deleteQuery: (queryId) =>
      remove({ path: `/ScheduledQueries/${encodeURIComponent(queryId)}`, operation: `delete query ${queryId}` }),
    testQuery(query) {
      const path = "/ScheduledQueries/testQueryResult";
      return list({ path, query: { exportQuery: query }, operation: "test a query" }, (row) => row);
    },
    createReport({ name, description, queryId, format }) {
      const body = { ReportName: name, Description: description, QueryId: queryId, ExecuteNow: true, Format: format };
      return create({ path: "/ScheduledReport", body, operation: `create report ${name}` }, reportOf);
    },
    deleteReport: (reportId) =>
      remove({ path: `/ScheduledReport/${encodeURIComponent(reportId)}`, operation: `delete report ${reportId}` }),
    async executions(reportId) {
      const path = `/ScheduledReport/execution/${encodeURIComponent(reportId)}`;
      const query = { executionStatus: ALL_STATES, getLatestExecution: "false" };
      const operation = `look for executions of report ${reportId}`;
      // Documented: no execution yet is "not found".
      return (await list({ path, query, accepts: [404], operation }, executionOf)).items;
    },
    // No token: the link is signed, and may lead to a host that has no business with one.
    download: (link) => download({ service: SERVICE, operation: "download the report", url: link }, options),
  };
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

function datasetOf(item: object, asked: Asked): InsightsDataset {
  const interval = field(item, "minimumRecurrenceInterval");
  return {
    name: demandText(item, "datasetName", asked),
    columns: texts(field(item, "selectableColumns")),
    metrics: texts(field(item, "availableMetrics")),
    dateRanges: texts(field(item, "availableDateRanges")),
    minimumRecurrenceInterval: typeof interval === "number" ? interval : undefined,
  };
}

function queryOf(item: object, asked: Asked): InsightsQuery {
  return {
    queryId: demandText(item, "queryId", asked),
    name: textField(item, "name") ?? "",
    query: textField(item, "query") ?? "",
    type: textField(item, "type") ?? "",
  };
}

function reportOf(item: object, asked: Asked): InsightsReport {
  return {
    reportId: demandText(item, "reportId", asked),
    name: textField(item, "reportName") ?? "",
    status: textField(item, "reportStatus") ?? "",
  };
}

function executionOf(item: object, asked: Asked): ReportExecution {
  return {
    executionId: demandText(item, "executionId", asked),
    status: demandText(item, "executionStatus", asked),
    downloadLink: textField(item, "reportAccessSecureLink"),
  };
}
