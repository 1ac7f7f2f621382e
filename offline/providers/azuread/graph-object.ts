import type { Json, JsonObject } from "./graph-client";

/** Reads from what Graph answered, empty where there is nothing: Terraform keeps an empty text for a null. */
export function textOf(object: JsonObject | undefined, name: string): string {
  const value = object?.[name];
  return typeof value === "string" ? value : "";
}

export function booleanOf(object: JsonObject | undefined, name: string): boolean {
  return object?.[name] === true;
}

export function textsOf(object: JsonObject | undefined, name: string): string[] {
  const value = object?.[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function objectOf(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name];
  return isObject(value) ? value : undefined;
}

export function objectsOf(object: JsonObject | undefined, name: string): JsonObject[] {
  const value = object?.[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text that must be there; `what` names the object for the message. */
export function requiredText(object: JsonObject, name: string, what: string): string {
  const value = textOf(object, name);
  if (value === "") throw new Error(`Microsoft Graph answered ${what} without ${name}`);
  return value;
}

/** Names to ids: what both `appRoleIds` and `oauth2PermissionScopeIds` hold. */
export function idsByValue(objects: readonly JsonObject[]): Record<string, string> {
  const named = objects.filter((object) => textOf(object, "value") !== "");
  return Object.fromEntries(named.map((object) => [textOf(object, "value"), textOf(object, "id")]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
