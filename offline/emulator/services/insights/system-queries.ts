/** One of Microsoft's own queries, which every partner has. */
export interface SystemQuery {
  readonly id: string;
  readonly name: string;
  readonly query: string;
}

const query = (id: string, name: string, text: string): SystemQuery => ({ id, name, query: text.replace(/\s+/g, " ") });

/**
 * The published queries with their ids. Left out are the five on propensities (CLAS), whose columns are counted in hundreds and change.
 * @see https://learn.microsoft.com/partner-center/insights/insights-programmatic-system-queries
 */
export const systemQueries: readonly SystemQuery[] = [
  query(
    "6664daf3-c161-423a-92a1-0ea6db2c0384",
    "CustomersAndTenants",
    `SELECT PGAMpnId,MpnId,PartnerName,CustomerName,CustomerTpid,DUNSNumber,CustomerSegment,TopSegment,CustomerMarket,CustomerStatus,CustomerTenantId,CustomerTenantName,CustomerTenantCountry,TenantDomainName,Product,RawProductName,ProductPartNumber,SKU,Month,PartnerLocationID,PartnerAttributionType,SalesChannel,IsDuplicateRowForPGA,AvailableSeats,BilledRevenueUSD,AzureConsumedRevenueUSD
    FROM CustomersAndTenants TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "c9fc1c79-4408-49ff-97f9-e1aa3f155804",
    "SeatsSubscriptionsAndRevenue",
    `SELECT PGAMpnId,MpnId,SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,month,IsAutoRenew,CustomerName,CustomerTenantId,CustomerTpid,DUNSNumber,CustomerSegment,TopSegment,CustomerMarket,ProductFamily,ReportingProductName,Product,RawProductName,ProductPartNumber,SKU,RevSumDivisionName,PartnerName,SolutionArea,PartnerLocationID,PartnerAttributionType,SalesChannel,PricingLevel,EnrollmentNumber,IsDuplicateRowForPGA,SubscriptionStartMonth,TotalSoldSeats,TotalAssignedSeats,BilledRevenueUSD,AzureConsumedRevenueUSD
    FROM SeatsSubscriptionsAndRevenue TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "e65f3a4f-fb99-4319-97ff-59e57566a871",
    "Profile",
    "SELECT MpnId,PartnerName,PGA_MPNId,PGA_PartnerName,City,Country,HierarchyLevel FROM Profile",
  ),
  query(
    "d1a4d75e-5ca8-4847-845f-ee0a9be6f07b",
    "AzureUsage",
    `SELECT PGAMpnId,SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,FirstUseDate,SubscriptionState,Month,ServiceName,MeterCategory,UsageUnits,UsageQuantity,CustomerName,CustomerTenantId,CustomerTpid,CustomerSegment,CustomerMarket,MpnId,PartnerName,PartnerLocationID,PartnerAttributionType,SalesChannel,EnrollmentNumber,IsACRDuplicateAtPGALevel,ResellerID,ResellerName,MonthlySubscriptionLevelACR,TotalACR
    FROM AzureUsage TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "d8349f7b-a7d1-467e-b26d-434d4a50f26a",
    "OfficeUsage",
    `SELECT CustomerTenantId,CustomerTpid,WorkloadName,Month,PaidAvailableUnits,MonthlyActiveUsers,CustomerName,CustomerMarket,CustomerSegment,MPNId,PartnerName,PartnerLocationID,PartnerAttributionType,IsDuplicateRowForPGA
    FROM OfficeUsage TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "6209a8fd-93af-442e-8b3f-3df0f77e8463",
    "DynamicsUsage",
    `SELECT SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionStatus,Month,RevSumDivisionName,RevSumCategoryName,SKU,SKUId,FreeVsPaidSKU,SalesModel,DetailedSalesModel,CustomerName,CustomerTenantId,CustomerTpid,CustomerSegment,CustomerMarket,MPNId,PartnerName,PartnerLocationID,PartnerAttachType,AvailableSeats,AssignedSeats,ActiveSeats,DeploymentOpportunity,ActiveUsagePercent
    FROM DynamicsUsage TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "40ebfe2f-7183-4427-a911-5c9b45b6df15",
    "PowerBIUsage",
    `SELECT SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionStatus,Month,SKU,SKUId,FreeVsPaidSKU,SalesModel,DetailedSalesModel,CustomerName,CustomerTenantId,CustomerTpid,CustomerSegment,CustomerMarket,MPNId,PartnerName,PartnerLocationID,PartnerAttachType,PartnerHierarchy,AvailableSeats,AssignedSeats,ActiveSeats,DeploymentOpportunity,ActiveUsagePercent
    FROM PowerBIUsage TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "d7f20ea4-8751-4d6b-b1d7-821c316acd6a",
    "EMSUsage",
    `SELECT SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionStatus,Month,SKU,SKUId,FreeVsPaidSKU,SalesModel,DetailedSalesModel,CustomerName,CustomerTenantId,CustomerTpid,CustomerSegment,CustomerMarket,MPNId,PartnerName,PartnerLocationID,PartnerAttachType,PartnerHierarchy,PaidAvailableUnits,MonthlyActiveUsers,AADPPaidAvailableUnits,IntunePaidAvailableUnits,AzipPaidAvailableUnits,AADPMonthlyActiveUsers,IntuneMonthlyActiveUsers,AzipMonthlyActiveUsers
    FROM EMSUsage TIMESPAN LAST_6_MONTHS`,
  ),
  query(
    "c09c2eda-861b-4664-8ee8-48a14745a26a",
    "CloudProductsResellerPerformance",
    `SELECT ResellerMpnId,ResellerName,ResellerMarket,IndirectProviderMPNId,IndirectProviderName,Month,Product,SubscriptionID,AvailableSeats,AssignedSeats,BilledRevenueUSD,CustomerName,CustomerTPid,CustomerSegment,CustomerMarket,ResellerStatus
    FROM CloudProductsResellerPerformance TIMESPAN LAST_6_MONTHS`,
  ),
];
