import { z } from "zod";
import { fieldWords } from "../../configuration/fields";
import { policySchema, sectionSchemas } from "../../configuration/schemas";
import { table } from "./generated-section";

/** One field of a file, from the schema that checks it. */
export interface Field {
  readonly path: string;
  /** What a document says where the field may be left out, or that it may not. */
  readonly whenLeftOut: string;
  readonly allowed: string;
  readonly description: string;
}

/** Every field of a stack file, in the order of the schemas. */
export const stackFields = (): readonly Field[] =>
  Object.entries(sectionSchemas).flatMap(([section, schema]) => fieldsOf(section, schema));

/** Every field of `access-policy.yaml`. */
export const policyFields = (): readonly Field[] =>
  Object.entries(policySchema.shape).flatMap(([section, schema]) => fieldsOf(section, innermost(schema)));

export function fieldTable(fields: readonly Field[]): string {
  return table(
    ["Field", "Default", "Allowed", "What it says"],
    fields.map(({ path, whenLeftOut, allowed, description }) => [`\`${path}\``, whenLeftOut, allowed, description]),
  );
}

function fieldsOf(path: string, schema: z.ZodType): readonly Field[] {
  if (schema instanceof z.ZodObject) return shapeOf(path, schema);
  if (schema instanceof z.ZodArray) return shapeOf(`${path}[]`, schema.element as z.ZodObject);
  return [fieldOf(path, schema, true)];
}

/** A list of mappings is described by the mapping's own fields, below the list. */
function shapeOf(prefix: string, { shape }: z.ZodObject): readonly Field[] {
  return Object.entries(shape as Record<string, z.ZodType>).flatMap(([name, schema]) => {
    const path = `${prefix}.${name}`;
    const inner = innermost(schema);
    const element = inner instanceof z.ZodArray ? inner.element : undefined;
    const below = element instanceof z.ZodObject ? shapeOf(`${path}[]`, element) : [];
    return [fieldOf(path, schema, false), ...below];
  });
}

function fieldOf(path: string, schema: z.ZodType, isOptional: boolean): Field {
  const { description = "", whenLeftOut } = { ...z.globalRegistry.get(schema) } as Record<string, string | undefined>;
  const fallback = schema instanceof z.ZodDefault ? `\`${shown(schema.def.defaultValue)}\`` : undefined;
  const required = isOptional || schema instanceof z.ZodOptional ? "" : "required";
  return { path, whenLeftOut: fallback ?? whenLeftOut ?? required, allowed: allowedOf(schema), description };
}

const shown = (value: unknown) => (Array.isArray(value) ? "[]" : String(value));

function allowedOf(schema: z.ZodType): string {
  const inner = innermost(schema);
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(", ");
  if (inner instanceof z.ZodArray) {
    return inner.element instanceof z.ZodObject ? "a list" : `a list; each: ${allowedOf(inner.element as z.ZodType)}`;
  }
  return fieldWords.get(inner)?.allowed ?? "";
}

function innermost(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? innermost(schema.def.innerType as z.ZodType)
    : schema;
}
