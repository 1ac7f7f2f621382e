import { z } from "zod";

/** A strict body with case-insensitive field names: the pages write them in PascalCase, samples in camelCase. */
export function anyCase<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  return z.preprocess((value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [known.get(name.toLowerCase()) ?? name, field]),
    );
  }, z.strictObject(shape));
}
