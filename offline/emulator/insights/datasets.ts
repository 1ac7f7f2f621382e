/** One table of Insights. */
export interface Dataset {
  readonly name: string;
  readonly columns: readonly string[];
  readonly metrics: readonly string[];
}

const names = (text: string): string[] => text.split(" ");

const customer = "CustomerName CustomerTenantId CustomerTpid CustomerSegment CustomerMarket";
const partner = "MpnId PartnerName PartnerLocation PartnerAttributionType";
const subscription = "SubscriptionId SubscriptionStartDate SubscriptionEndDate";
const usage = `${subscription} SubscriptionStatus Month SKU SKUId FreeVsPaidSKU SalesModel ${customer} ${partner}`;

const dataset = (name: string, columns: string, metrics = ""): Dataset => ({
  name,
  columns: names(columns),
  metrics: metrics === "" ? [] : names(metrics),
});

/**
 * The datasets that the pages list, with a part of their columns. Which of those count as metrics is UNVERIFIED.
 * @see https://learn.microsoft.com/partner-center/insights/insights-data-definitions
 */
export const datasets: readonly Dataset[] = [
  dataset(
    "CustomersAndTenants",
    `PGAMpnId ${partner} ${customer} CustomerStatus CustomerTenantName Product SKU Month SalesChannel IsDuplicateRowForPGA`,
    "AvailableSeats BilledRevenueUSD AzureConsumedRevenueUSD",
  ),
  dataset(
    "SeatsSubscriptionsAndRevenue",
    `PGAMpnId ${partner} ${subscription} SubscriptionState Month IsAutoRenew ${customer} ProductFamily Product SKU SalesChannel`,
    "TotalSoldSeats TotalAssignedSeats BilledRevenueUSD AzureConsumedRevenueUSD SubscriptionCount CustomerCount",
  ),
  dataset(
    "AzureUsage",
    `PGAMpnId ${partner} ${subscription} FirstUseDate SubscriptionState Month ServiceName MeterCategory UsageUnits ${customer}`,
    "UsageQuantity MonthlySubscriptionLevelACR TotalACR",
  ),
  dataset("MSLearn", `${partner} Month UserId LearningPathName ModuleName CompletionDate`, "CompletedModules"),
  dataset("OfficeUsage", `${customer} ${partner} WorkloadName Month`, "PaidAvailableUnits MonthlyActiveUsers"),
  dataset("Profile", "MPNId PartnerName PGA_MPNId PGA_PartnerName City Country HierarchyLevel"),
  dataset("TrainingCompletions", `${partner} TrainingTitle TrainingType TrainingCompletionDate Month`, "TrainingCount"),
  dataset("DynamicsUsage", usage, "AvailableSeats AssignedSeats ActiveSeats ActiveUsagePercent"),
  dataset("CompetencySummaryHistory", `${partner} CompetencyName CompetencyLevel CompetencyStatus Month`),
  dataset("PowerBIUsage", usage, "AvailableSeats AssignedSeats ActiveSeats ActiveUsagePercent"),
  dataset("EMSUsage", usage, "PaidAvailableUnits MonthlyActiveUsers IntuneMonthlyActiveUsers"),
  dataset(
    "CompetencyPeformanceRequirement",
    "CompetencyName CompetencyAttainmentOptionName Month MetricName",
    "MetricMonthlyContribution TTMAggregate GoldThreshold SilverThreshold",
  ),
  dataset(
    "ResellerPerformance",
    "ResellerMpnId ResellerName ResellerMarket Month",
    "CustomerCount SubscriptionCount TotalAvailableSeats TotalAssignedSeats TotalRevenue",
  ),
  ...["AgreementRenewals", "Azure", "D365", "M365"].map((topic) =>
    dataset(
      `CLAS${topic}Propensity`,
      "MPNID PartnerName CustomerID AccountName Domain OrgSize Industry Area City Country Segment AzureCluster M365Cluster",
      "ExpiringRevenue",
    ),
  ),
  dataset("TeamsUsage3PApps", `${customer} ${partner} Month AppName`, "MonthlyActiveUsers"),
  dataset("TeamsUsageWorkload", `${customer} ${partner} Month WorkloadName`, "MonthlyActiveUsers"),
  dataset("TeamsUsageMeetingsAndCalls", `${customer} ${partner} Month MeetingType`, "MonthlyActiveUsers MeetingCount"),
];

export const dateRanges = ["LAST_MONTH", "LAST_3_MONTHS", "LAST_6_MONTHS", "LAST_1_YEAR", "LIFETIME"] as const;

/** A dataset by name, in any case. */
export function findDataset(name: string): Dataset | undefined {
  return datasets.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** A dataset as the API shows it. Whether every one has the same date ranges is UNVERIFIED. */
export function shownDataset({ name, columns, metrics }: Dataset): Record<string, unknown> {
  return {
    datasetName: name,
    selectableColumns: columns,
    availableMetrics: metrics,
    availableDateRanges: dateRanges,
    minimumRecurrenceInterval: 4,
  };
}
