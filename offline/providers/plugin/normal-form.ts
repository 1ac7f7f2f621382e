import type { Property, Shape } from "./schema";
import { isList, isProperties, isSame, isUnknown, type Properties, reveal, Secret, type Value } from "./value";

/**
 * A property without what a Terraform provider cannot tell from "left out": empty texts, zeros, false, empty lists and objects of
 * nothing else, and values equal to the default. Undefined when nothing remains. Sets are sorted, so two of them compare as lists do.
 */
export function normalised(value: Value | undefined, property: Property): Value | undefined {
  const given = value === undefined || value === null ? property.default : value;
  if (given === undefined || given === null) return undefined;
  if (given instanceof Secret) return normalised(reveal(given), property);
  if (property.default !== undefined) return isSame(given, property.default) ? undefined : given;
  return normalisedByShape(given, property.shape);
}

/** One text for equal values: what sets are sorted and compared by. */
export function canonical(value: Value | undefined): string {
  if (value === undefined) return "undefined";
  if (isProperties(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return isList(value) ? `[${value.map(canonical).join(",")}]` : JSON.stringify(value);
}

/** An item of a list or set in normal form; it stays even when it is empty. */
export function normalisedItem(value: Value, shape: Shape): Value {
  return normalisedByShape(value, shape) ?? (shape.kind === "object" ? {} : value);
}

/** Whether a Terraform provider would take the value for one that was left out. */
export function isEmpty(value: Value, shape: Shape): boolean {
  return normalisedByShape(value, shape) === undefined;
}

function normalisedByShape(value: Value, shape: Shape): Value | undefined {
  if (isUnknown(value)) return value;
  switch (shape.kind) {
    case "text":
      return value === "" ? undefined : value;
    case "number":
      return value === 0 ? undefined : value;
    case "boolean":
      return value === false ? undefined : value;
    case "list":
    case "set": {
      const items = isList(value) ? value.map((item) => normalisedItem(item, shape.of)) : [];
      if (items.length === 0) return undefined;
      return shape.kind === "list" ? items : items.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
    }
    case "map":
      return isProperties(value) && Object.keys(value).length > 0 ? value : undefined;
    case "object":
      return normalisedObject(value, shape);
  }
}

function normalisedObject(value: Value, shape: Shape & { kind: "object" }): Properties | undefined {
  const source = isProperties(value) ? value : {};
  const result: Record<string, Value> = {};
  for (const [name, property] of Object.entries(shape.fields)) {
    const field = normalised(source[name], property);
    if (field !== undefined) result[name] = field;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}
