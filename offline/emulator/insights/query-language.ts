import { type Dataset, dateRanges, findDataset } from "./datasets";
import { insightsError } from "./errors";

/** One comparison of a WHERE clause. */
export interface Condition {
  readonly column: string;
  readonly operator: "=" | "!=" | "<" | ">" | "<=" | ">=" | "IN";
  readonly values: readonly string[];
}

/** A query, read. */
export interface ParsedQuery {
  readonly dataset: Dataset;
  readonly columns: readonly string[];
  /** Any of these groups; within a group all. Empty: no condition. */
  readonly where: readonly (readonly Condition[])[];
  readonly orderBy: readonly { readonly column: string; readonly isDescending: boolean }[];
  readonly limit: number | null;
  readonly timespan: string | null;
}

const clauses =
  /^SELECT\s+(?<select>.+?)\s+FROM\s+(?<from>\w+)(?:\s+WHERE\s+(?<where>.+?))?(?:\s+ORDER\s+BY\s+(?<order>.+?))?(?:\s+LIMIT\s+(?<limit>\d+))?(?:\s+TIMESPAN\s+(?<timespan>\w+))?\s*;?$/is;

/**
 * Reads a query; wrong tables and columns are refused as the FAQ words it.
 * @see https://learn.microsoft.com/partner-center/insights/insights-programmatic-custom-query
 */
export function parseQuery(text: string): ParsedQuery {
  const { select = "", from = "", where, order, limit, timespan } = clauses.exec(text.trim())?.groups ?? {};
  if (select === "" || from === "") throw insightsError(400, "Invalid query.");
  const dataset = findDataset(from);
  if (dataset === undefined) throw insightsError(400, "Invalid table name");
  const column = (name: string): string => {
    const known = [...dataset.columns, ...dataset.metrics].find((each) => each.toLowerCase() === name.toLowerCase());
    // `SELECT *` ends here too: the language has no such thing.
    if (known === undefined) throw insightsError(400, "Incorrect column name");
    return known;
  };
  if (timespan !== undefined && !dateRanges.some((range) => range === timespan.toUpperCase())) {
    throw insightsError(400, "Invalid report parameters");
  }
  return {
    dataset,
    columns: select.split(",").map((name) => column(name.trim())),
    where: where === undefined ? [] : readConditions(where, column),
    orderBy: (order ?? "")
      .split(",")
      .filter((part) => part.trim() !== "")
      .map((part) => readOrder(part.trim(), column)),
    limit: limit === undefined ? null : Number(limit),
    timespan: timespan?.toUpperCase() ?? null,
  };
}

function readConditions(text: string, column: (name: string) => string): Condition[][] {
  return text.split(/\s+OR\s+/i).map((group) => group.split(/\s+AND\s+/i).map((each) => readCondition(each, column)));
}

function readCondition(text: string, column: (name: string) => string): Condition {
  const list = /^(\w+)\s+IN\s*\(([^)]*)\)$/i.exec(text.trim());
  if (list !== null) {
    return { column: column(list[1] ?? ""), operator: "IN", values: (list[2] ?? "").split(",").map(readValue) };
  }
  const [, name, operator, value] = /^(\w+)\s*(!=|<=|>=|<>|=|<|>)\s*(.+)$/.exec(text.trim()) ?? [];
  if (name === undefined || operator === undefined || value === undefined) throw insightsError(400, "Invalid query.");
  const normal = (operator === "<>" ? "!=" : operator) as Condition["operator"];
  return { column: column(name), operator: normal, values: [readValue(value)] };
}

const readValue = (text: string): string => text.trim().replace(/^'(.*)'$/s, "$1");

function readOrder(text: string, column: (name: string) => string) {
  const [, name = "", direction = "ASC"] = /^(\w+)(?:\s+(ASC|DESC))?$/i.exec(text) ?? [];
  return { column: column(name), isDescending: direction.toUpperCase() === "DESC" };
}
