import type { z } from "zod";
import { malformed } from "./call";

/** What of a service's answer must be there and of which kind; everything else is left as it came. */
export function shaped<T>(
  schema: z.ZodType<T>,
  body: unknown,
  { service, operation }: { readonly service: string; readonly operation: string },
): T {
  const { data, error } = schema.safeParse(body);
  if (error === undefined) return data;
  throw malformed(service, operation, error.issues[0]?.path.join(".") || "object");
}
