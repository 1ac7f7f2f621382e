import { type Dataset, dateRanges, findDataset } from "./datasets";
import { insightsError } from "./errors";
import { type QueryToken, readQueryTokens } from "./query-tokens";

type Operator = "=" | "!=" | "<" | ">" | "<=" | ">=" | "LIKE" | "NOT LIKE" | "IN" | "NOT IN";

/** One comparison of a WHERE clause. */
export interface Condition {
  /** A column, or a metric. */
  readonly column: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** A query, read. Names are those of the dataset, whatever case they were written in. */
export interface ParsedQuery {
  readonly dataset: Dataset;
  readonly isDistinct: boolean;
  /** Columns and metrics. */
  readonly columns: readonly string[];
  /** All of them must hold: the language has no OR. */
  readonly where: readonly Condition[];
  readonly orderBy: readonly { readonly column: string; readonly isDescending: boolean }[];
  readonly limit: number | null;
  readonly timespan: string | null;
}

/**
 * Reads a query; wrong tables and columns are refused as the FAQ words it.
 * @see https://learn.microsoft.com/partner-center/insights/insights-programmatic-custom-query
 */
export function parseQuery(text: string): ParsedQuery {
  const tokens = readQueryTokens(text);
  if (tokens === undefined) throw invalid("it is not made of words, numbers, quoted texts and operators");
  return new Parser(tokens).query();
}

/** UNVERIFIED: the wording for a text that is not a query. */
const invalid = (reason: string) => insightsError(400, `Invalid query. The text cannot be read: ${reason}.`);

const comparisons: readonly string[] = ["=", "!=", "<", ">", "<=", ">="];

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly QueryToken[]) {}

  query(): ParsedQuery {
    this.expectWord("SELECT");
    const isDistinct = this.takeWord("DISTINCT");
    const names = this.list(() => this.selected());
    this.expectWord("FROM");
    const dataset = findDataset(this.name());
    if (dataset === undefined) throw insightsError(400, "Invalid table name");
    const column = (name: string) => columnOf(dataset, name);
    const columns = names.map(column);
    const where = this.takeWord("WHERE") ? this.conditions(column) : [];
    const orderBy = this.takeWord("ORDER") ? this.order(column) : [];
    const limit = this.takeWord("LIMIT") ? this.limit() : null;
    const timespan = this.takeWord("TIMESPAN") ? this.timespan() : null;
    this.takeSymbol(";");
    if (this.next().kind !== "end") this.fail("AND, ORDER BY, LIMIT, TIMESPAN or the end");
    return { dataset, isDistinct, columns, where, orderBy, limit, timespan };
  }

  private conditions(column: (name: string) => string): Condition[] {
    const found = [this.condition(column)];
    while (this.takeWord("AND")) found.push(this.condition(column));
    return found;
  }

  private condition(column: (name: string) => string): Condition {
    const name = column(this.name());
    const operator = this.operator();
    if (operator !== "IN" && operator !== "NOT IN") return { column: name, operator, values: [this.value()] };
    if (!this.takeSymbol("(")) this.fail('"("');
    const values = this.list(() => this.value());
    if (!this.takeSymbol(")")) this.fail('")"');
    return { column: name, operator, values };
  }

  private operator(): Operator {
    const isNegated = this.takeWord("NOT");
    if (this.takeWord("LIKE")) return isNegated ? "NOT LIKE" : "LIKE";
    if (this.takeWord("IN")) return isNegated ? "NOT IN" : "IN";
    const { kind, text } = this.next();
    if (isNegated || kind !== "symbol" || !comparisons.includes(text)) this.fail("an operator");
    this.at += 1;
    return text as Operator;
  }

  private value(): string {
    const { kind, text } = this.next();
    if (kind !== "text" && kind !== "number") this.fail("a number or a quoted text");
    this.at += 1;
    return text;
  }

  /** Without a direction the order is descending. */
  private order(column: (name: string) => string): ParsedQuery["orderBy"] {
    this.expectWord("BY");
    return this.list(() => {
      const name = column(this.name());
      const isAscending = this.takeWord("ASC");
      if (!isAscending) this.takeWord("DESC");
      return { column: name, isDescending: !isAscending };
    });
  }

  private limit(): number {
    const { kind, text } = this.next();
    if (kind !== "number" || !/^[1-9]\d*$/.test(text)) this.fail("a whole number from 1 on");
    this.at += 1;
    return Number(text);
  }

  private timespan(): string {
    const text = this.name().toUpperCase();
    if (!dateRanges.some((range) => range === text)) throw insightsError(400, "Invalid report parameters");
    return text;
  }

  private list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.takeSymbol(",")) items.push(read());
    return items;
  }

  /** The language has no `SELECT *`. */
  private selected(): string {
    if (this.takeSymbol("*")) throw insightsError(400, "Incorrect column name");
    return this.name();
  }

  private name(): string {
    const { kind, text } = this.next();
    if (kind !== "word") this.fail("a name");
    this.at += 1;
    return text;
  }

  private next(): QueryToken {
    return this.tokens[this.at] ?? { kind: "end", text: "the end" };
  }

  private takeWord(word: string): boolean {
    const { kind, text } = this.next();
    const isIt = kind === "word" && text.toUpperCase() === word;
    if (isIt) this.at += 1;
    return isIt;
  }

  private expectWord(word: string): void {
    if (!this.takeWord(word)) this.fail(word);
  }

  private takeSymbol(symbol: string): boolean {
    const { kind, text } = this.next();
    const isIt = kind === "symbol" && text === symbol;
    if (isIt) this.at += 1;
    return isIt;
  }

  private fail(expected: string): never {
    throw invalid(`expected ${expected}, found ${this.next().text}`);
  }
}

function columnOf({ columns, metrics }: Dataset, name: string): string {
  const all = [...columns, ...metrics.map((metric) => metric.name)];
  const known = all.find((each) => each.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw insightsError(400, "Incorrect column name");
  return known;
}
