import { createHash } from "node:crypto";
import { stableId } from "../../world/stable-id";
import type { Dataset, Metric } from "./datasets";
import type { Condition, ParsedQuery } from "./query-language";

export type Row = Readonly<Record<string, string | number | null>>;

/** Rows of a dataset in a tenant: enough that a download arrives in more than one piece. */
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

/** The rows that a query finds, always the same: made from the tenant, the dataset and the row's number. */
export function runQuery(tenantId: string, query: ParsedQuery, now: Date, isRedacted: boolean): Row[] {
  const { dataset, columns, where, orderBy, limit, isDistinct } = query;
  const depth = months[query.timespan ?? "LIFETIME"] ?? 24;
  const all = Array.from({ length: rowCount }, (_, index) => makeRow([tenantId, dataset, index], depth, now));
  const isMetric = (name: string) => dataset.metrics.some((metric) => metric.name === name);
  const rows = all.filter((row) =>
    matches(
      row,
      where.filter(({ column }) => !isMetric(column)),
    ),
  );
  const named = [...columns, ...where.map(({ column }) => column), ...orderBy.map(({ column }) => column)];
  const metrics = dataset.metrics.filter(({ name }) => named.includes(name));
  const counted =
    metrics.length === 0
      ? rows
      : measure(
          rows,
          columns.filter((name) => !isMetric(name)),
          metrics,
        );
  const found = counted.filter((row) =>
    matches(
      row,
      where.filter(({ column }) => isMetric(column)),
    ),
  );
  const kept = isDistinct ? [...groups(found, columns).values()].flatMap((group) => group.slice(0, 1)) : found;
  kept.sort((left, right) => compareRows(left, right, orderBy));
  return (limit === null ? kept : kept.slice(0, limit)).map((row) =>
    Object.fromEntries(
      columns.map((column) => [column, isRedacted && isRevenue(column) ? null : (row[column] ?? null)]),
    ),
  );
}

/** Rows grouped by their values in these columns. */
function groups(rows: readonly Row[], columns: readonly string[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => row[column] ?? null));
    const group = found.get(key) ?? [];
    found.set(key, group);
    group.push(row);
  }
  return found;
}

/** One row for each combination of the selected columns, with its metrics. */
function measure(rows: readonly Row[], columns: readonly string[], metrics: readonly Metric[]): Row[] {
  return [...groups(rows, columns).values()].map((group) => ({
    ...group[0],
    ...Object.fromEntries(metrics.map((metric) => [metric.name, measureOne(metric, group)])),
  }));
}

function measureOne({ kind, of }: Metric, group: readonly Row[]): number {
  const cells = group.map((row) => row[of] ?? null);
  if (kind === "distinct") return new Set(cells).size;
  return Math.round(100 * cells.reduce((total: number, cell) => total + Number(cell), 0)) / 100;
}

/** UNVERIFIED what is left out for whom may see less; revenue needs the Executive Report Viewer. */
const isRevenue = (column: string): boolean => /revenue|ACR$/i.test(column);

/** The columns, and what the metrics are made of where no column shows it. */
function makeRow(place: Place, depth: number, now: Date): Row {
  const [, dataset] = place;
  const seen = new Set(dataset.columns.map((column) => column.toLowerCase()));
  const hidden = dataset.metrics.map(({ of }) => of).filter((of) => !seen.has(of.toLowerCase()));
  const row = Object.fromEntries(
    [...dataset.columns, ...hidden].map((column) => [column, cell(place, column, depth, now)]),
  );
  const spelled = new Map(dataset.columns.map((column) => [column.toLowerCase(), column]));
  const bases = dataset.metrics.map(({ of }) => [of, row[spelled.get(of.toLowerCase()) ?? of] ?? null]);
  return { ...row, ...Object.fromEntries(bases) };
}

type Place = readonly [tenantId: string, dataset: Dataset, index: number];

function cell([tenantId, { name, numbers }, index]: Place, column: string, depth: number, now: Date): string | number {
  const number = createHash("sha256").update([tenantId, name, column, index].join(" ")).digest().readUInt32BE(0);
  const customer = customers[index % customers.length] ?? "";
  if (numbers.includes(column)) return isRevenue(column) ? (number % 1_000_000) / 100 : number % 500;
  if (/^month$/i.test(column))
    return monthBefore(now, 1 + (index % depth))
      .toISOString()
      .slice(0, 10);
  if (/date$/i.test(column)) return new Date(Date.UTC(2020, number % 60, 1 + (number % 28))).toISOString().slice(0, 10);
  if (/^(customer|account)name$/i.test(column)) return customer;
  if (/tenantid|subscriptionid|skuid|userid/i.test(column)) return stableId(tenantId, column, customer, String(index));
  if (/^customertpid$/i.test(column)) return String(1_000_000 + (index % customers.length));
  if (/mpnid|customerid/i.test(column)) return String(1_000_000 + (number % 9_000_000));
  // As the data definitions have it: 0 or 1 for duplicates, Y or N for the rest.
  if (/^is.*duplicate/i.test(column)) return String(number % 2);
  if (/^is/i.test(column)) return number % 2 === 0 ? "Y" : "N";
  return `${column} ${number % 7}`;
}

function monthBefore(now: Date, count: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1));
}

function matches(row: Row, where: readonly Condition[]): boolean {
  return where.every((condition) => isMet(row, condition));
}

/** Names and values are case-insensitive, and any value may be written as text. */
function isMet(row: Row, { column, operator, values }: Condition): boolean {
  const cell = row[column] ?? null;
  const orders = values.map((value) => compare(cell, typeof cell === "number" ? Number(value) : value));
  const [order = Number.NaN] = orders;
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
      return orders.includes(0);
    case "NOT IN":
      return !orders.includes(0);
    case "LIKE":
      return isLike(cell, values[0] ?? "");
    case "NOT LIKE":
      return !isLike(cell, values[0] ?? "");
  }
}

/** `%` matches anything. UNVERIFIED that no other character is special. */
function isLike(cell: string | number | null, pattern: string): boolean {
  const parts = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is").test(String(cell ?? ""));
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
  return String(left ?? "").localeCompare(String(right ?? ""), "en", { sensitivity: "accent" });
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
