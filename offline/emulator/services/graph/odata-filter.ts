import type { Json, JsonObject } from "../../world/directory";
import { invalidQuery, unsupportedQuery } from "./errors";
import { typeProblem } from "./odata-literals";
import { readTokens, type Token } from "./odata-tokens";

/** A parsed `$filter`: its predicate, and the one operator in it that needs the advanced query parameters. */
export interface Filter {
  readonly keeps: (item: JsonObject) => boolean;
  readonly advancedOperator: string | undefined;
}

/** What a `$filter` may name. Directory properties that are not listed are refused, as the directory does. */
export interface Filterable {
  /** The type's name as Graph's messages write it, for example `Application`. */
  readonly resource: string;
  readonly properties: readonly string[];
  /** Every property of the type, to tell "unknown" from "not filterable". */
  readonly known: readonly string[];
}

type Test = (item: JsonObject) => boolean;
type Comparison = (left: Json, right: Json) => boolean;

/** The directory compares text case-insensitively. */
const fold = (value: Json): Json => (typeof value === "string" ? value.toLowerCase() : value);
const ordered = (holds: (order: number) => boolean): Comparison => {
  return (left, right) =>
    typeof left === "string" && typeof right === "string" && holds(left < right ? -1 : +(left > right));
};

// Maps: a plain object would also have `constructor`.
const comparisons = new Map<string, Comparison>([
  ["eq", (left, right) => fold(left) === fold(right)],
  ["ne", (left, right) => fold(left) !== fold(right)],
  ["ge", ordered((order) => order >= 0)],
  ["le", ordered((order) => order <= 0)],
]);

const onTexts = (holds: (text: string, part: string) => boolean): Comparison => {
  return (left, right) =>
    typeof left === "string" && typeof right === "string" && holds(left.toLowerCase(), right.toLowerCase());
};

const functions = new Map<string, Comparison>([
  ["startswith", onTexts((text, part) => text.startsWith(part))],
  ["endswith", onTexts((text, part) => text.endsWith(part))],
]);

const constants = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** A GUID, or a moment: the directory keeps both as texts. */
const bareText =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:\d\d))?)$/i;

/** Reads the part of OData's `$filter` that directory clients use; anything else is an error, never an empty answer. */
export function readFilter(text: string, filterable: Filterable): Filter {
  const parser = new Parser(readTokens(text), text, filterable);
  const keeps = parser.expression();
  parser.end();
  return { keeps, advancedOperator: parser.advancedOperator };
}

class Parser {
  advancedOperator: string | undefined;
  private at = 0;
  private variable: string | undefined;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly text: string,
    private readonly filterable: Filterable,
  ) {}

  expression(): Test {
    const alternatives = [this.conjunction()];
    while (this.takeWord("or")) alternatives.push(this.conjunction());
    return (item) => alternatives.some((test) => test(item));
  }

  end(): void {
    if (this.at < this.tokens.length) this.fail();
  }

  private conjunction(): Test {
    const all = [this.term()];
    while (this.takeWord("and")) all.push(this.term());
    return (item) => all.every((test) => test(item));
  }

  private term(): Test {
    if (this.takeWord("not")) {
      this.advancedOperator ??= "not";
      const negated = this.term();
      return (item) => !negated(item);
    }
    if (this.takeSymbol("(")) {
      const inner = this.expression();
      this.expectSymbol(")");
      return inner;
    }
    const name = this.word();
    const compare = functions.get(name.toLowerCase());
    if (compare !== undefined && this.peekSymbol("(")) return this.call(name.toLowerCase(), compare);
    return this.comparison(name);
  }

  private call(name: string, compare: Comparison): Test {
    if (name === "endswith") this.advancedOperator ??= "endsWith";
    this.expectSymbol("(");
    const read = this.property(this.word());
    this.expectSymbol(",");
    const value = this.literal("string");
    this.expectSymbol(")");
    return (item) => compare(read(item), value);
  }

  private comparison(name: string): Test {
    if (this.peekSymbol("/") && this.tokens[this.at + 1]?.text === "any") return this.lambda(name);
    const read = this.property(name);
    const operator = this.word().toLowerCase();
    if (operator === "in") return this.membership(name, read);
    const compare = comparisons.get(operator);
    if (compare === undefined) throw unsupportedQuery(`Unsupported query operator '${operator}'.`);
    if (operator === "ne") this.advancedOperator ??= "ne";
    const value = this.literalFor(name, operator);
    return (item) => compare(read(item), value);
  }

  private membership(name: string, read: (item: JsonObject) => Json): Test {
    this.expectSymbol("(");
    const values = [this.literalFor(name, "in")];
    while (this.takeSymbol(",")) values.push(this.literalFor(name, "in"));
    this.expectSymbol(")");
    return (item) => values.some((value) => fold(value) === fold(read(item)));
  }

  /** `tags/any(x:x eq 'v')`: the element is presented to the inner tests as an item with one nameless property. */
  private lambda(name: string): Test {
    const read = this.property(name);
    this.expectSymbol("/");
    this.at++;
    this.expectSymbol("(");
    this.variable = this.word();
    this.expectSymbol(":");
    const inner = this.expression();
    this.expectSymbol(")");
    this.variable = undefined;
    return (item) => {
      const elements = read(item);
      return Array.isArray(elements) && elements.some((element: Json) => inner({ "": element }));
    };
  }

  private property(name: string): (item: JsonObject) => Json {
    if (name === this.variable) return (item) => item[""] ?? null;
    // Inside a lambda only the element exists, not the object's own properties.
    if (this.variable !== undefined) return this.fail();
    const { properties, known, resource } = this.filterable;
    if (!known.includes(name)) {
      throw invalidQuery(
        `Invalid filter clause: Could not find a property named '${name}' on type 'microsoft.graph.${resource}'.`,
      );
    }
    if (!properties.includes(name)) {
      throw unsupportedQuery(
        `Unsupported or invalid query filter clause specified for property '${name}' of resource '${resource}'.`,
      );
    }
    return (item) => item[name] ?? null;
  }

  /** A literal of the property's own type: `appId` is a text, a moment stands without quotation marks. */
  private literalFor(name: string, operator: string): Json {
    const token = this.tokens[this.at];
    const value = this.literal();
    const problem = token && typeof value === "string" ? typeProblem(name, token, operator) : undefined;
    if (problem !== undefined) throw invalidQuery(`Invalid filter clause: ${problem}`);
    return value;
  }

  private literal(wanted?: Token["kind"]): Json {
    const token = this.next();
    if (wanted !== undefined && token.kind !== wanted) return this.fail();
    if (token.kind === "string") return token.text;
    if (token.kind === "symbol") return this.fail();
    const constant = constants.get(token.text);
    if (constant !== undefined) return constant;
    return bareText.test(token.text) ? token.text : this.fail();
  }

  private word(): string {
    const token = this.next();
    return token.kind === "word" ? token.text : this.fail();
  }

  private next(): Token {
    const token = this.tokens[this.at++];
    return token ?? this.fail();
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.at];
    const isIt = token?.kind === "word" && token.text.toLowerCase() === word;
    if (isIt) this.at++;
    return isIt;
  }

  private peekSymbol(symbol: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === "symbol" && token.text === symbol;
  }

  private takeSymbol(symbol: string): boolean {
    const isIt = this.peekSymbol(symbol);
    if (isIt) this.at++;
    return isIt;
  }

  private expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail();
  }

  private fail(): never {
    throw invalidQuery(`Invalid filter clause: Syntax error in '${this.text}'.`);
  }
}
