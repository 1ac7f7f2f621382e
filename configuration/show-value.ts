import { secretShape } from "./secret-shapes";

/** Stands for a value that must not be shown. */
export const masked = "[hidden]";

const longest = 80;

/**
 * A received value as an error may print it: JSON, so that text and number differ, shortened, and hidden as soon as it,
 * or anything in it, looks like a secret.
 */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? `a list of ${value.length}` : "a mapping";
  }
  if (secretShape(String(value)) !== undefined) return masked;
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A key as an error may print it: a secret may have been pasted on the wrong side of the colon. */
export function showKey(key: string): string {
  if (secretShape(key) !== undefined) return masked;
  return key.length > longest ? `${key.slice(0, longest)}…` : key;
}
