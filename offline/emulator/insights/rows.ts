import { createHash } from "node:crypto";
import { stableId } from "../stable-id";
import type { Dataset } from "./datasets";
import type { Condition, ParsedQuery } from "./query-language";

export type Row = Readonly<Record<string, string | number | null>>;

/** Rows of a dataset in a tenant: enough that a download takes more than one piece. */
const rowCount = 600;
const customers = [
  "Adatum",
  "Alpine Ski House",
  "Fourth Coffee",
  "Litware",
  "Northwind",
  "Proseware",
  "Tailspin",
  "Wingtip",
];
const months: Readonly<Record<string, number>> = { LAST_MONTH: 1, LAST_3_MONTHS: 3, LAST_6_MONTHS: 6, LAST_1_YEAR: 12 };

/** What a query finds, the same on every ask: made from the tenant, the dataset and the row's number. */
export function runQuery(tenantId: string, query: ParsedQuery, now: Date, isRedacted: boolean): Row[] {
  const depth = months[query.timespan ?? "LIFETIME"] ?? 24;
  const all = Array.from({ length: rowCount }, (_, index) => makeRow(tenantId, query.dataset, index, depth, now));
  const found = all.filter((row) => matches(row, query.where));
  found.sort((left, right) => compareRows(left, right, query.orderBy));
  const limited = query.limit === null ? found : found.slice(0, query.limit);
  return limited.map((row) =>
    Object.fromEntries(
      query.columns.map((column) => [column, isRedacted && isRevenue(column) ? null : (row[column] ?? null)]),
    ),
  );
}

/** UNVERIFIED what is left out for whom may see less; revenue needs the Executive Report Viewer. */
const isRevenue = (column: string): boolean => /revenue|ACR$/i.test(column);

function makeRow(tenantId: string, dataset: Dataset, index: number, depth: number, now: Date): Row {
  const columns = [...dataset.columns, ...dataset.metrics];
  return Object.fromEntries(columns.map((column) => [column, cell(tenantId, dataset, column, index, depth, now)]));
}

function cell(tenantId: string, { name, metrics }: Dataset, column: string, index: number, depth: number, now: Date) {
  const number = createHash("sha256").update([tenantId, name, column, index].join(" ")).digest().readUInt32BE(0);
  const customer = customers[index % customers.length] ?? "";
  if (metrics.includes(column)) return isRevenue(column) ? (number % 1_000_000) / 100 : number % 500;
  if (/^month$/i.test(column))
    return monthBefore(now, 1 + (index % depth))
      .toISOString()
      .slice(0, 10);
  if (/date$/i.test(column)) return new Date(Date.UTC(2020, number % 60, 1 + (number % 28))).toISOString().slice(0, 10);
  if (/^(customer|account)name$/i.test(column)) return customer;
  if (/tenantid|subscriptionid|skuid|userid/i.test(column)) return stableId(tenantId, column, customer, String(index));
  if (/mpnid|tpid|customerid/i.test(column)) return String(1_000_000 + (number % 9_000_000));
  if (/^is/i.test(column)) return number % 2 === 0 ? "Y" : "N";
  return `${column} ${number % 7}`;
}

function monthBefore(now: Date, count: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1));
}

function matches(row: Row, where: ParsedQuery["where"]): boolean {
  return where.length === 0 || where.some((group) => group.every((condition) => isMet(row, condition)));
}

function isMet(row: Row, { column, operator, values }: Condition): boolean {
  const cell = row[column] ?? null;
  const [value = ""] = values;
  const order = compare(cell, typeof cell === "number" ? Number(value) : value);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    case "IN":
      return values.includes(String(cell));
  }
}

function compareRows(left: Row, right: Row, orderBy: ParsedQuery["orderBy"]): number {
  for (const { column, isDescending } of orderBy) {
    const order = compare(left[column] ?? null, right[column] ?? null);
    if (order !== 0) return isDescending ? -order : order;
  }
  return 0;
}

function compare(left: string | number | null, right: string | number | null): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left ?? "").localeCompare(String(right ?? ""));
}

/** Rows as a file: names first, then values, quoted where they must be (RFC 4180). */
export function renderRows(columns: readonly string[], rows: readonly Row[], format: "csv" | "tsv"): string {
  const separator = format === "csv" ? "," : "\t";
  const quoted = (value: string | number | null) => {
    const text = String(value ?? "");
    return /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return `${lines.map((line) => line.map(quoted).join(separator)).join("\r\n")}\r\n`;
}
