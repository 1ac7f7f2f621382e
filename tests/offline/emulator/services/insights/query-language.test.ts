import { datasets } from "../../../../../offline/emulator/services/insights/datasets";
import { parseQuery } from "../../../../../offline/emulator/services/insights/query-language";
import { type Row, runQuery } from "../../../../../offline/emulator/services/insights/rows";
import { systemQueries } from "../../../../../offline/emulator/services/insights/system-queries";

const now = new Date("2026-05-01T00:00:00Z");
const run = (query: string): Row[] => runQuery("tenant", parseQuery(query), now, false);
const names = (rows: readonly Row[]) => [...new Set(rows.map(({ CustomerName }) => String(CustomerName)))].sort();
const everybody = names(run("SELECT CustomerName FROM OfficeUsage"));

describe("the published queries", () => {
  it("are nine, each with its id, and each can be run", () => {
    expect(Object.fromEntries(systemQueries.map(({ name, id }) => [name, id]))).toEqual({
      CustomersAndTenants: "6664daf3-c161-423a-92a1-0ea6db2c0384",
      SeatsSubscriptionsAndRevenue: "c9fc1c79-4408-49ff-97f9-e1aa3f155804",
      Profile: "e65f3a4f-fb99-4319-97ff-59e57566a871",
      AzureUsage: "d1a4d75e-5ca8-4847-845f-ee0a9be6f07b",
      OfficeUsage: "d8349f7b-a7d1-467e-b26d-434d4a50f26a",
      DynamicsUsage: "6209a8fd-93af-442e-8b3f-3df0f77e8463",
      PowerBIUsage: "40ebfe2f-7183-4427-a911-5c9b45b6df15",
      EMSUsage: "d7f20ea4-8751-4d6b-b1d7-821c316acd6a",
      CloudProductsResellerPerformance: "c09c2eda-861b-4664-8ee8-48a14745a26a",
    });
    for (const { query } of systemQueries) expect(run(query).length).toBe(600);
  });

  it("select all columns that their datasets show", () => {
    const office = datasets.find(({ name }) => name === "OfficeUsage");
    expect(office?.columns).toHaveLength(14);
    expect(office?.metrics.map(({ name }) => name)).toEqual([
      "CustomerCount",
      "CustomerTenantCount",
      "TotalPaidAvailableUnits",
      "TotalMonthlyActiveUsers",
    ]);
  });
});

describe("a condition", () => {
  const where = (condition: string) => names(run(`SELECT CustomerName FROM OfficeUsage WHERE ${condition}`));

  it("compares by pattern", () => {
    expect(where("CustomerName LIKE '%ware%'")).toEqual(["Litware", "Proseware"]);
    expect(where("CustomerName LIKE 'alpine%'")).toEqual(["Alpine Ski House"]);
    expect(where("customername not like '%W%'")).toEqual(everybody.filter((name) => !/w/i.test(name)));
    expect(where("CustomerName LIKE '.*'")).toEqual([]);
  });

  it("compares with a list, or with what is not in it", () => {
    expect(where("CustomerName IN ('Litware', 'ADATUM')")).toEqual(["Adatum", "Litware"]);
    expect(where("CustomerName NOT IN ('Litware','Adatum')")).toEqual(
      everybody.filter((name) => !["Litware", "Adatum"].includes(name)),
    );
    expect(where("MonthlyActiveUsers IN (-1, -2.5)")).toEqual([]);
  });

  it("takes a value that holds the language's own words and signs", () => {
    expect(where("CustomerName = 'Litware and Adatum'")).toEqual([]);
    expect(where("CustomerName != 'x ORDER BY y LIMIT 1 OR 1=1'")).toEqual(everybody);
    expect(where("CustomerName IN ('a, b', 'it''s (and) that', 'Litware')")).toEqual(["Litware"]);
  });

  it("may compare a number with a text of it", () => {
    const texts = run("SELECT MonthlyActiveUsers FROM OfficeUsage WHERE MonthlyActiveUsers >= '400'");
    const numbers = run("SELECT MonthlyActiveUsers FROM OfficeUsage WHERE MonthlyActiveUsers >= 400");
    expect(texts.length).toBeGreaterThan(0);
    expect(texts).toEqual(numbers);
  });

  it("joins with others by AND, and by nothing else", () => {
    const both = where("CustomerName LIKE '%ware' AND CustomerName != 'Litware'");
    expect(both).toEqual(["Proseware"]);
  });
});

describe("the order", () => {
  const amounts = (order: string) =>
    run(`SELECT MonthlyActiveUsers FROM OfficeUsage ORDER BY ${order} LIMIT 50`).map((row) =>
      Number(row["MonthlyActiveUsers"]),
    );

  it("is descending unless it says otherwise", () => {
    for (const order of ["MonthlyActiveUsers", "MonthlyActiveUsers DESC"]) {
      expect(amounts(order)).toEqual([...amounts(order)].sort((left, right) => right - left));
    }
    expect(amounts("MonthlyActiveUsers ASC")).toEqual(
      [...amounts("MonthlyActiveUsers ASC")].sort((left, right) => left - right),
    );
    expect(amounts("MonthlyActiveUsers")[0]).toBeGreaterThan(amounts("MonthlyActiveUsers ASC")[0] ?? 0);
  });

  it("goes by several columns, each in its own direction", () => {
    const rows = run("SELECT CustomerName, Month FROM OfficeUsage ORDER BY CustomerName ASC, Month");
    const keys = rows.map(({ CustomerName, Month }) => [String(CustomerName), String(Month)] as const);
    const sorted = [...keys].sort(
      ([name, month], [otherName, otherMonth]) => name.localeCompare(otherName) || otherMonth.localeCompare(month),
    );
    expect(keys).toEqual(sorted);
  });
});

describe("distinct rows and metrics", () => {
  it("are one row for each combination of the selected columns", () => {
    expect(run("SELECT DISTINCT CustomerName FROM OfficeUsage").length).toBe(everybody.length);
    const counted = run("SELECT CustomerName, CustomerTenantCount, TotalMonthlyActiveUsers FROM OfficeUsage");
    expect(counted.length).toBe(everybody.length);
    const own = run("SELECT MonthlyActiveUsers FROM OfficeUsage WHERE CustomerName = 'Litware'");
    const total = own.reduce((sum, row) => sum + Number(row["MonthlyActiveUsers"]), 0);
    const litware = counted.find(({ CustomerName }) => CustomerName === "Litware");
    expect(litware).toEqual({
      CustomerName: "Litware",
      CustomerTenantCount: own.length,
      TotalMonthlyActiveUsers: total,
    });
  });

  it("can be filtered, ordered and limited by a metric, also by one that is not selected", () => {
    const top = run(
      "SELECT CustomerName FROM OfficeUsage WHERE TotalMonthlyActiveUsers > 0 ORDER BY TotalMonthlyActiveUsers LIMIT 3",
    );
    const all = run(
      "SELECT CustomerName, TotalMonthlyActiveUsers FROM OfficeUsage ORDER BY TotalMonthlyActiveUsers DESC",
    );
    expect(top).toEqual(all.slice(0, 3).map(({ CustomerName }) => ({ CustomerName: CustomerName ?? null })));
    expect(run("SELECT CustomerCount FROM OfficeUsage")).toEqual([{ CustomerCount: everybody.length }]);
    expect(run("SELECT ResellerName, TotalRevenue FROM ResellerPerformance")[0]).toMatchObject({
      TotalRevenue: expect.any(Number),
    });
  });
});

describe("a text that is no query", () => {
  it.each([
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName='a' OR CustomerName='b'", "found OR"],
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName='a' or Month='b'", "found or"],
    ["SELECT CustomerName FROM OfficeUsage WHERE (CustomerName='a')", "found ("],
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName='it's'", "not made of words"],
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName <> 'a'", "a number or a quoted text"],
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName IS NULL", "an operator"],
    ["SELECT CustomerName FROM OfficeUsage WHERE CustomerName IN 'a'", '"("'],
    ["SELECT CustomerName FROM OfficeUsage GROUP BY CustomerName", "found GROUP"],
    ["SELECT CustomerName FROM OfficeUsage LIMIT 0", "whole number"],
    ["SELECT CustomerName FROM OfficeUsage TIMESPAN LAST_MONTH LIMIT 1", "found LIMIT"],
    ["SELECT COUNT(CustomerName) FROM OfficeUsage", "found ("],
    ["SELECT CustomerName, FROM OfficeUsage", "expected FROM"],
    ["SELECT CustomerName FROM OfficeUsage; DROP TABLE x", "found DROP"],
    ['SELECT CustomerName FROM OfficeUsage WHERE CustomerName = "a"', "not made of words"],
    ["", "found the end"],
  ])("%s", (query, reason) => {
    expect(() => parseQuery(query)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
    );
  });
});
