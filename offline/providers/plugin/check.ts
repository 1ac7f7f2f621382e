import type { Fields, Property, Shape } from "./schema";
import { describe, isList, isProperties, isUnknown, type Properties, reveal, Secret, type Value } from "./value";

/** A reason why properties cannot be accepted. */
export interface CheckFailure {
  /** Path of the property; empty when it is about the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

/** What is wrong with the properties of `what` (a type or function token); empty when nothing is. Unknowns are never wrong. */
export function propertyProblems(what: string, properties: Properties, fields: Fields, parent = ""): CheckFailure[] {
  const at = (name: string) => (parent === "" ? name : `${parent}.${name}`);
  const foreign = Object.keys(properties)
    .filter((name) => !name.startsWith("__") && fields[name] === undefined && properties[name] !== undefined)
    .map((name) => ({
      property: at(name),
      reason:
        `${what}: the property "${at(name)}" is not known to this stand-in provider. ` +
        `Known here: ${Object.keys(fields).sort().join(", ")}. Check the spelling, or teach it to the stand-in.`,
    }));
  const known = Object.entries(fields).flatMap(([name, property]) =>
    valueProblems(what, at(name), properties[name] ?? undefined, property),
  );
  return [...foreign, ...known];
}

function valueProblems(what: string, path: string, value: Value | undefined, property: Property): CheckFailure[] {
  if (value === undefined) {
    if (property.role !== "required") return [];
    return [{ property: path, reason: `${what}: missing required property "${path}"` }];
  }
  if (property.role === "computed") {
    return [{ property: path, reason: `${what}: "${path}" is set by the service and cannot be an input` }];
  }
  return shapeProblems({ what, path }, value, property.shape, property);
}

/** A property of a type or function. */
interface Place {
  readonly what: string;
  readonly path: string;
}

function shapeProblems({ what, path }: Place, given: Value, shape: Shape, property: Property): CheckFailure[] {
  const value = given instanceof Secret ? reveal(given) : given;
  if (isUnknown(value)) return [];
  const expected = {
    text: "text",
    number: "a number",
    boolean: "true or false",
    list: "a list",
    set: "a list",
    map: "an object",
    object: "an object",
  };
  const wrong = [
    { property: path, reason: `${what}: "${path}" must be ${expected[shape.kind]}, got ${describe(value)}` },
  ];
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? textProblems(what, path, value, property) : wrong;
    case "number":
      return typeof value === "number" ? [] : wrong;
    case "boolean":
      return typeof value === "boolean" ? [] : wrong;
    case "list":
    case "set":
      if (!isList(value)) return wrong;
      return value.flatMap((item, index) =>
        shapeProblems({ what, path: `${path}[${index}]` }, item, shape.of, property),
      );
    case "map":
      if (!isProperties(value)) return wrong;
      return Object.entries(value).flatMap(([name, item]) =>
        item === undefined || item === null
          ? []
          : shapeProblems({ what, path: `${path}.${name}` }, item, shape.of, property),
      );
    case "object":
      return isProperties(value) ? propertyProblems(what, value, shape.fields, path) : wrong;
  }
}

function textProblems(what: string, path: string, value: string, property: Property): CheckFailure[] {
  if (property.oneOf !== undefined && !property.oneOf.includes(value)) {
    const reason = `${what}: "${path}" must be one of ${property.oneOf.join(", ")}, got ${JSON.stringify(value)}`;
    return [{ property: path, reason }];
  }
  const problem = property.problem?.(value);
  return problem === undefined ? [] : [{ property: path, reason: `${what}: "${path}" ${problem}` }];
}
