/** A secret: present, but hidden. */
export const hidden: unique symbol = Symbol("secret");
/** Known only after the update. */
export const unknown: unique symbol = Symbol("unknown");

/** An input in one form, wherever it was recorded. */
export type Value = string | number | boolean | null | typeof hidden | typeof unknown | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

// Source: Pulumi SDK, go/common/resource/plugin/rpc.go and go/common/resource/sig/sig.go.
const unknownTokens = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // text, and everything in Node
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** What `pulumi preview --json` writes for any secret. */
const blindedSecret = "[secret]";

/**
 * Brings the forms in which mocks, the event log and `preview --json` write a value to one. A secret is hidden even where
 * mocks would show it: a preview cannot, and both must lead to the same manifest.
 */
export function readValue(raw: unknown): Value {
  if (raw === undefined || raw === null) return null;
  if (typeof raw === "string") return readText(raw);
  if (typeof raw === "number" || typeof raw === "boolean") return raw;
  if (Array.isArray(raw)) return raw.map(readValue);
  if (typeof raw !== "object") return String(raw);
  return readObject(raw as Readonly<Record<string, unknown>>);
}

/** An object's properties, empty for anything else. Names with two underscores are the engine's own. */
export function readMap(raw: unknown): ValueMap {
  const value = readValue(raw);
  return isMap(value) ? value : {};
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/**
 * Whether a setting says nothing: left out, off, or empty. The engine writes defaults into a preview that mocks leave out, and
 * the two must be equal; where "off" is what grants, the reader of that setting asks itself.
 */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "" || value === 0) return true;
  if (isList(value)) return value.length === 0;
  return isMap(value) && Object.values(value).every(isEmpty);
}

/** Whether some part of it cannot be read: a secret, or not known yet. */
export function isUnreadable(value: Value | undefined): boolean {
  if (value === hidden || value === unknown) return true;
  if (isList(value)) return value.some(isUnreadable);
  return isMap(value) && Object.values(value).some(isUnreadable);
}

function readText(raw: string): Value {
  if (raw === blindedSecret) return hidden;
  return unknownTokens.has(raw) ? unknown : raw;
}

function readObject(raw: Readonly<Record<string, unknown>>): Value {
  if (raw["__pulumiUnknown"] === true) return unknown;
  if (raw[signature] === secretSignature) return hidden;
  if (raw[signature] === outputSignature) {
    if (raw["secret"] === true) return hidden;
    return "value" in raw ? readValue(raw["value"]) : unknown;
  }
  const entries = Object.entries(raw).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, value]) => [key, readValue(value)]));
}
