import type { Fields, Shape } from "../plugin/schema";
import { isList, isProperties, type Properties, type Value } from "../plugin/value";

/** A service's JSON for properties, each where its table says. What the table does not hold is not sent. */
export function toWire(properties: Properties, fields: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(fields)) {
    const value = properties[name];
    if (value !== undefined && value !== null)
      place(result, (property.wire ?? name).split("."), valueToWire(value, property.shape));
  }
  return result;
}

/** Properties from a service's JSON. What the table does not hold, and nulls, are dropped as in the real plugin. */
export function fromWire(json: unknown, fields: Fields): Properties {
  const result: Record<string, Value> = {};
  for (const [name, property] of Object.entries(fields)) {
    const value = (property.wire ?? name)
      .split(".")
      .reduce<unknown>((holder, key) => (isRecord(holder) ? holder[key] : undefined), json);
    if (value !== undefined && value !== null) result[name] = valueFromWire(value, property.shape);
  }
  return result;
}

/** The part of outputs that could be given as inputs. */
export function projected(outputs: Properties, fields: Fields): Properties {
  const result: Record<string, Value> = {};
  for (const [name, property] of Object.entries(fields)) {
    const value = outputs[name];
    if (value !== undefined && value !== null) result[name] = projectedValue(value, property.shape);
  }
  return result;
}

function projectedValue(value: Value, shape: Shape): Value {
  if (shape.kind === "object" && isProperties(value)) return projected(value, shape.fields);
  if ((shape.kind === "list" || shape.kind === "set") && isList(value))
    return value.map((item) => projectedValue(item, shape.of));
  return value;
}

function valueToWire(value: Value, shape: Shape): unknown {
  if (shape.kind === "object" && isProperties(value)) return toWire(value, shape.fields);
  if ((shape.kind === "list" || shape.kind === "set") && isList(value))
    return value.map((item) => valueToWire(item, shape.of));
  return value;
}

function valueFromWire(value: unknown, shape: Shape): Value {
  if (shape.kind === "object") return fromWire(value, shape.fields);
  if ((shape.kind === "list" || shape.kind === "set") && Array.isArray(value))
    return value.map((item) => valueFromWire(item, shape.of));
  if (shape.kind === "map" && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, valueFromWire(item, shape.of)]));
  }
  return value as Value;
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = isRecord(target[first]) ? target[first] : {};
  target[first] = inner;
  place(inner, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
