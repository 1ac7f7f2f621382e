import { z } from "zod";
import { counted } from "../model/command-line";
import { guid } from "../model/guid";

/** What an error says about a field: what is wrong with a bad value, what is allowed, where to find a good one. */
export interface FieldWords {
  /** Read after the path: "is not a GUID". */
  readonly wrong: string;
  readonly allowed: string;
  readonly fix: string;
}

/** The words beside each field's schema, found again by the reader when a value does not fit. */
export const fieldWords = z.registry<FieldWords>();

function field<Schema extends z.ZodType>(schema: Schema, words: FieldWords): Schema {
  fieldWords.add(schema, words);
  return schema;
}

const guidPattern = new RegExp(guid, "i");

/** Every id of the directory or the subscription, kept in lower case so that equal ids are equal texts. */
export function guidField(fix: string): z.ZodType<string, string> {
  const schema = z
    .string()
    .regex(guidPattern)
    .refine((text) => !/^[0-]+$/.test(text))
    .transform((text) => text.toLowerCase());
  return field(schema, {
    wrong: "is not a GUID",
    allowed: "32 hexadecimal digits written 8-4-4-4-12, not all zero",
    fix,
  });
}

/** A text of a fixed form. */
export function patternField(pattern: RegExp, words: FieldWords): z.ZodType<string, string> {
  return field(z.string().regex(pattern), words);
}

/**
 * A name in which capitals make no difference to Microsoft. To the engine they would be another name: every entry would be deleted and made
 * anew, and a review would find another user. So it is kept in lower case, as ids are.
 */
export function caselessField(pattern: RegExp, words: FieldWords): z.ZodType<string, string> {
  const schema = z
    .string()
    .regex(pattern)
    .transform((text) => text.toLowerCase());
  return field(schema, words);
}

// Line breaks and control characters could forge lines of a report or move the cursor of a terminal.
const oneLine = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;

/** Words for people: one line, not empty. */
export function textField(longest: number, fix: string): z.ZodType<string, string> {
  const schema = z.string().trim().min(1).max(longest).regex(oneLine);
  return field(schema, {
    wrong: "is not a usable text",
    allowed: `one line of 1 to ${counted(longest, "character")}`,
    fix,
  });
}

/** A whole number of days. */
export function daysField(least: number, most: number, fix: string): z.ZodType<number, number> {
  const schema = z.int().min(least).max(most);
  return field(schema, {
    wrong: "is not a usable number of days",
    allowed: `a whole number from ${least} to ${most}`,
    fix,
  });
}

/** One of a few words. */
export function choiceField<const Choice extends readonly [string, ...string[]]>(
  choices: Choice,
  fix: string,
): z.ZodEnum<{ [Key in Choice[number]]: Key }> {
  const schema = z.enum(choices);
  fieldWords.add(schema, { wrong: "is not one of the choices", allowed: choices.join(", "), fix });
  return schema;
}

/** true or false, unquoted. */
export function yesNoField(fix: string): z.ZodBoolean {
  return field(z.boolean(), { wrong: "is not true or false", allowed: "true or false, without quotes", fix });
}
