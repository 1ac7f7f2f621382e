import { z } from "zod";
import { nearMisses } from "../model/near-misses";
import { fieldWords } from "./fields";
import type { Problem } from "./problem";
import { namesSecret } from "./secret-shapes";
import { masked, showKey, showValue } from "./show-value";

/** A value of which any part may be missing: what could be read although another part is wrong. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/** What could be read, and what is wrong with the rest. Complete when there are no problems. */
export interface Reading<T> {
  readonly value: Draft<T> | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Reads a value by its schema, part by part, so that one bad field hides no problem of its neighbours and the rules
 * across fields can still judge what is there. Zod alone stops at the first level that fails.
 */
export function readValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): Reading<z.output<Schema>> {
  const problems: Problem[] = [];
  const read = readPart(schema, value, path, problems);
  return { value: read as Draft<z.output<Schema>> | undefined, problems };
}

function readPart(schema: z.ZodType, value: unknown, path: string, problems: Problem[]): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    // In YAML a key with nothing behind it is null: as good as not written.
    if (value === undefined || value === null) return schema.parse(undefined);
    return readPart(schema.unwrap() as z.ZodType, value, path, problems);
  }
  if (schema instanceof z.ZodObject) return readObject(schema, value, path, problems);
  if (schema instanceof z.ZodArray) return readList(schema, value, path, problems);
  return readLeaf(schema, value, path, problems);
}

function readObject(schema: z.ZodObject, value: unknown, path: string, problems: Problem[]): unknown {
  if (!isMapping(value)) {
    problems.push(wrongShape(path, value, "a mapping", Object.keys(schema.shape)));
    return undefined;
  }
  const known = Object.keys(schema.shape);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) problems.push(unknownKey(inside(path, showKey(key)), key, value[key], known));
  }
  return Object.fromEntries(
    Object.entries(schema.shape).map(([key, part]) => [
      key,
      readPart(part as z.ZodType, value[key], inside(path, key), problems),
    ]),
  );
}

function readList(schema: z.ZodArray, value: unknown, path: string, problems: Problem[]): unknown {
  if (!Array.isArray(value)) {
    problems.push(wrongShape(path, value, "a list", []));
    return undefined;
  }
  // A bad element keeps its place, so that the index in a later message is the one in the file.
  return value.map((item, index) => readPart(schema.element as z.ZodType, item, `${path}[${index}]`, problems));
}

function readLeaf(schema: z.ZodType, value: unknown, path: string, problems: Problem[]): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const words = fieldWords.get(schema);
  if (words === undefined) throw new Error(`the schema of ${path} has no words for its errors`);
  const nothing = value === undefined || value === null;
  problems.push({
    path,
    message: nothing ? "is missing" : words.wrong,
    received: nothing ? undefined : showValue(value),
    allowed: words.allowed,
    fix: quotesFix(schema, value) ?? words.fix,
  });
  return undefined;
}

/** A value that only quotes make wrong needs no other advice. */
function quotesFix(schema: z.ZodType, value: unknown): string | undefined {
  const scalar = typeof value === "number" || typeof value === "boolean";
  if (scalar && schema.safeParse(String(value)).success) return "put it in quotes, so that YAML reads it as a text";
  if (typeof value !== "string" || !/^(0|[1-9]\d*|true|false)$/.test(value)) return undefined;
  return schema.safeParse(JSON.parse(value)).success ? "write it without quotes" : undefined;
}

function wrongShape(path: string, value: unknown, allowed: string, keys: readonly string[]): Problem {
  const nothing = value === undefined || value === null;
  return {
    path,
    message: nothing ? "is missing" : `is not ${allowed}`,
    received: nothing ? undefined : showValue(value),
    allowed: keys.length > 0 ? `${allowed} with the keys ${keys.join(", ")}` : allowed,
    fix: "check the indentation, and compare with Pulumi.dev.yaml",
  };
}

/** An unused key. Its text is never shown: it may be a secret. */
export function unknownKey(path: string, key: string, value: unknown, known: readonly string[]): Problem {
  const audience = /audience/i.test(key);
  const meant = nearMisses(key, known);
  let fix = meant.length > 0 ? `did you mean ${meant.join(" or ")}` : "remove it";
  if (namesSecret(key)) fix = "remove it: no secret belongs here, they live in the vault";
  if (audience) fix = "remove it: the application is always single-tenant, personal accounts are never offered";
  const allowed = known.length > 0 ? known.join(", ") : "nothing";
  const received = typeof value === "string" || namesSecret(key) ? masked : showValue(value);
  return { path, message: "is not a known key", received, allowed, fix };
}

/** `rotation` and `everyDays` become `rotation.everyDays`. */
function inside(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** Whether a value is a YAML mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
