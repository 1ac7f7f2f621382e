import type { Value } from "./value";

/** What kind of value a property holds. A set is a list whose order means nothing. */
export type Shape =
  | { readonly kind: "text" | "number" | "boolean" }
  | { readonly kind: "list" | "set" | "map"; readonly of: Shape }
  | { readonly kind: "object"; readonly fields: Fields };

/** One property as data: the checks, the diffs, the previews and the test against the SDK's typings all read this. */
export interface Property {
  readonly shape: Shape;
  /** `chosen` may be given and is decided by the service when it is not; `computed` is never an input. */
  readonly role: "required" | "optional" | "chosen" | "computed";
  /** A change cannot be made in place. */
  readonly replaces?: true;
  /** Must be encrypted in state even where the program did not mark it. */
  readonly secret?: true;
  /** Where the service keeps it when not under the same name: a path with dots. */
  readonly wire?: string;
  /** Used when the property is left out. */
  readonly default?: Value;
  /** Every value that is accepted. */
  readonly oneOf?: readonly string[];
  /** Says what is wrong with a text (also with each text of a list); undefined when nothing is. */
  readonly problem?: (value: string) => string | undefined;
}

export type Fields = Readonly<Record<string, Property>>;

/** What a resource type takes and answers. */
export interface ResourceSchema {
  readonly inputs: Fields;
  readonly outputs: Fields;
}

export const aText: Shape = { kind: "text" };
export const aNumber: Shape = { kind: "number" };
export const aBoolean: Shape = { kind: "boolean" };
export const textSet: Shape = { kind: "set", of: aText };
export const textMap: Shape = { kind: "map", of: aText };

export function listOf(of: Shape): Shape {
  return { kind: "list", of };
}

export function setOf(of: Shape): Shape {
  return { kind: "set", of };
}

export function objectOf(fields: Fields): Shape {
  return { kind: "object", fields };
}

type Details = Omit<Property, "shape" | "role">;

export function required(shape: Shape, details: Details = {}): Property {
  return { ...details, shape, role: "required" };
}

export function optional(shape: Shape, details: Details = {}): Property {
  return { ...details, shape, role: "optional" };
}

export function chosen(shape: Shape, details: Details = {}): Property {
  return { ...details, shape, role: "chosen" };
}

export function computed(shape: Shape, details: Details = {}): Property {
  return { ...details, shape, role: "computed" };
}

/** The properties a program may set, of a table that holds inputs and outputs together. */
export function inputsOf(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, property]) => property.role !== "computed"));
}
