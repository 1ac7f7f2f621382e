/** Stands for a value that only an update will know: what the engine sends and expects during a preview. */
export class Unknown {
  // The engine serialises an unknown as one word; JSON made for comparison must not confuse it with an empty object.
  toJSON(): string {
    return "(unknown)";
  }
}

/** The one unknown; compare with `isUnknown`. */
export const unknown = new Unknown();

/** A value that state must encrypt. Its text is reachable only through `value`: printing the wrapper shows nothing. */
export class Secret {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  toJSON(): string {
    return "(secret)";
  }
}

/** A property value as the engine exchanges it with a provider. */
export type Value = null | boolean | number | string | Unknown | Secret | readonly Value[] | Properties;

/** The properties of a resource or function by name. A missing key is a property that was left out. */
export interface Properties {
  readonly [name: string]: Value | undefined;
}

export function isUnknown(value: Value | undefined): value is Unknown {
  return value instanceof Unknown;
}

export function isProperties(value: Value | undefined): value is Properties {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret)
  );
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether an unknown is anywhere inside. */
export function hasUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (isList(value)) return value.some(hasUnknown);
  if (isProperties(value)) return Object.values(value).some(hasUnknown);
  return false;
}

/** Removes secret wrappers everywhere inside: for sending a value to the service. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (isList(value)) return value.map(reveal);
  if (isProperties(value)) return revealAll(value);
  return value;
}

/** `reveal` for properties. Nulls and undefined are left out, as the engine's providers skip nulls. */
export function revealAll(properties: Properties): Properties {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value !== undefined && value !== null) result[name] = reveal(value);
  }
  return result;
}

/** Whether two values are the same, unknowns being the same as nothing but each other. */
export function isSame(left: Value | undefined, right: Value | undefined): boolean {
  if (left instanceof Secret) return isSame(left.value, right);
  if (right instanceof Secret) return isSame(left, right.value);
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  if (isProperties(left) && isProperties(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => isSame(left[name] ?? undefined, right[name] ?? undefined));
  }
  return left === right;
}

/** A property that must be text by now; the check before has refused anything else. */
export function text(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== "string") throw new TypeError(`the property ${name} must be text, got ${describe(value)}`);
  return value;
}

/** A property that is text or was left out. An empty text counts as left out, as it does in a Terraform provider. */
export function optionalText(properties: Properties | undefined, name: string): string | undefined {
  const value = properties?.[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function optionalBoolean(properties: Properties | undefined, name: string): boolean | undefined {
  const value = properties?.[name];
  return typeof value === "boolean" ? value : undefined;
}

/** The texts of a list property; empty when it was left out. */
export function texts(properties: Properties | undefined, name: string): string[] {
  const value = properties?.[name];
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The nested properties, or undefined when they were left out. */
export function nested(properties: Properties | undefined, name: string): Properties | undefined {
  const value = properties?.[name];
  return isProperties(value) ? value : undefined;
}

/** Names the kind of a value for a message, never the value itself: it may be a secret. */
export function describe(value: Value | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (isUnknown(value)) return "a value not known yet";
  if (value instanceof Secret) return describe(value.value);
  if (isList(value)) return "a list";
  if (isProperties(value)) return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
