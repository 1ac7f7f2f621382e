import { systemQueries } from "./system-queries";

/** A number over all rows that share the selected columns. */
export interface Metric {
  readonly name: string;
  readonly kind: "sum" | "distinct";
  /** The column that is summed, or whose distinct values are counted. */
  readonly of: string;
}

/** One table of Insights. */
export interface Dataset {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns that hold numbers. */
  readonly numbers: readonly string[];
  readonly metrics: readonly Metric[];
}

const names = (text: string): string[] => (text === "" ? [] : text.split(" "));

/** Columns of numbers by the endings that the published queries use. */
const isNumber = (column: string): boolean =>
  /(?:Seats|Units|Users|Quantity|USD|ACR|Revenue|Percent|Modules|Count|Contribution|Aggregate|Threshold|Opportunity)$/i.test(
    column,
  );

const sum = (name: string, of = name.replace(/^Total/, "")): Metric => ({ name, kind: "sum", of });
const distinct = (name: string, of: string): Metric => ({ name, kind: "distinct", of });
const customerCount = distinct("CustomerCount", "CustomerTpid");
const subscriptionCount = distinct("SubscriptionCount", "SubscriptionId");

function dataset(name: string, columns: readonly string[], metrics: readonly Metric[] = []): Dataset {
  return { name, columns, numbers: columns.filter(isNumber), metrics };
}

/** Metrics of the tables that have a published query. Those of OfficeUsage are documented, the others are named in samples, or UNVERIFIED. */
const metricsOf: Readonly<Record<string, readonly Metric[]>> = {
  CustomersAndTenants: [customerCount, distinct("CustomerTenantCount", "CustomerTenantId"), sum("TotalAvailableSeats")],
  SeatsSubscriptionsAndRevenue: [customerCount, subscriptionCount],
  AzureUsage: [customerCount, subscriptionCount],
  OfficeUsage: [
    customerCount,
    distinct("CustomerTenantCount", "CustomerTenantId"),
    sum("TotalPaidAvailableUnits"),
    sum("TotalMonthlyActiveUsers"),
  ],
  DynamicsUsage: [customerCount, subscriptionCount, sum("TotalAvailableSeats"), sum("TotalActiveSeats")],
  PowerBIUsage: [customerCount, subscriptionCount, sum("TotalAvailableSeats"), sum("TotalActiveSeats")],
  EMSUsage: [customerCount, subscriptionCount, sum("TotalPaidAvailableUnits"), sum("TotalMonthlyActiveUsers")],
  CloudProductsResellerPerformance: [
    customerCount,
    subscriptionCount,
    sum("TotalAvailableSeats"),
    sum("TotalAssignedSeats"),
    sum("TotalRevenue", "BilledRevenueUSD"),
  ],
};

/** The columns that a published query selects are all that its table is known to have. */
const published = systemQueries.map(({ name, query }) => {
  const columns = (/^SELECT (.+?) FROM /.exec(query)?.[1] ?? "").split(",").map((column) => column.trim());
  return dataset(name, columns, metricsOf[name]);
});

const customer = "CustomerName CustomerTenantId CustomerTpid CustomerSegment CustomerMarket";
const partner = "MpnId PartnerName PartnerLocationID PartnerAttributionType";

/**
 * The datasets that the pages list. Of those without a published query a part of the columns.
 * @see https://learn.microsoft.com/partner-center/insights/insights-data-definitions
 */
export const datasets: readonly Dataset[] = [
  ...published,
  dataset("MSLearn", names(`${partner} Month UserId LearningPathName ModuleName CompletionDate CompletedModules`)),
  dataset(
    "TrainingCompletions",
    names(`${partner} TrainingTitle TrainingType TrainingCompletionDate Month TrainingCount`),
  ),
  dataset("CompetencySummaryHistory", names(`${partner} CompetencyName CompetencyLevel CompetencyStatus Month`)),
  dataset(
    "CompetencyPeformanceRequirement",
    names(
      "CompetencyName CompetencyAttainmentOptionName Month MetricName MetricMonthlyContribution TTMAggregate GoldThreshold SilverThreshold",
    ),
  ),
  // Named in samples only, which select its metrics and no column that they could be made of.
  dataset("ResellerPerformance", names("ResellerMpnId ResellerName ResellerMarket Month"), [
    customerCount,
    subscriptionCount,
    sum("TotalAvailableSeats"),
    sum("TotalAssignedSeats"),
    sum("TotalRevenue"),
  ]),
  ...["AgreementRenewals", "Azure", "D365", "M365"].map((topic) =>
    dataset(
      `CLAS${topic}Propensity`,
      names(
        "MPNID PartnerName CustomerID AccountName Domain OrgSize Industry Area City Country Segment AzureCluster M365Cluster ExpiringRevenue",
      ),
    ),
  ),
  dataset("TeamsUsage3PApps", names(`${customer} ${partner} Month AppName MonthlyActiveUsers`)),
  dataset("TeamsUsageWorkload", names(`${customer} ${partner} Month WorkloadName MonthlyActiveUsers`)),
  dataset(
    "TeamsUsageMeetingsAndCalls",
    names(`${customer} ${partner} Month MeetingType MonthlyActiveUsers MeetingCount`),
  ),
];

export const dateRanges = ["LAST_MONTH", "LAST_3_MONTHS", "LAST_6_MONTHS", "LAST_1_YEAR", "LIFETIME"] as const;

/** A dataset by name, in any case. */
export function findDataset(name: string): Dataset | undefined {
  return datasets.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** A dataset as the API shows it. Date ranges and interval are documented for OfficeUsage; that every one has the same is UNVERIFIED. */
export function shownDataset({ name, columns, metrics }: Dataset): Record<string, unknown> {
  return {
    datasetName: name,
    selectableColumns: columns,
    availableMetrics: metrics.map((metric) => metric.name),
    availableDateRanges: dateRanges,
    minimumRecurrenceInterval: 24,
  };
}
