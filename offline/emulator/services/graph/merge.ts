import type { Json, JsonObject } from "../../world/directory";

/** Narrowing for the two shapes of JSON that are not scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The texts of a JSON list. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The objects of a JSON list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * What an object holds after a PATCH: a complex value is merged field by field (azuread leaves out the parts it does not change), a
 * collection is replaced as a whole, and null clears: to empty for a collection, to its first state for a complex value.
 */
export function merge(current: JsonObject, patch: JsonObject, defaults: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...current };
  for (const [name, value] of Object.entries(patch)) {
    if (name === "@odata.type" || value === undefined) continue;
    merged[name] = mergeValue(current[name], value, defaults[name]);
  }
  return merged;
}

function mergeValue(current: Json | undefined, value: Json, initial: Json | undefined): Json {
  if (value === null) return Array.isArray(initial) ? [] : isObject(initial) ? initial : null;
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (!isObject(value)) return value;
  const emptied = isObject(initial) ? initial : {};
  return merge(isObject(current) ? current : emptied, value, emptied);
}

function withoutAnnotations(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutAnnotations);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => name !== "@odata.type");
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutAnnotations(inner)]));
}
