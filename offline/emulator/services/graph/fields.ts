import { z } from "zod";

/** Text or null; null clears. */
export const text = z.string().nullable().optional();
/** A switch that may be cleared. */
export const flag = z.boolean().nullable().optional();
/** GUIDs as the directory accepts them: any version digits, upper or lower case. */
export const guid = z.guid();
/** Collection of text; null empties it. */
export const texts = z.array(z.string()).nullable().optional();

/** A complex value of a body: only the listed fields, all optional, and the type annotation every OData client may send. */
export function complex<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ "@odata.type": z.string().optional(), ...shape });
}

/** A directory object's body. Clients repeat the object's own id in a PATCH (as `id`, azuread as `Id`); the directory ignores it. */
export function entity<Shape extends z.ZodRawShape>(shape: Shape) {
  return complex({ id: z.string().optional(), Id: z.string().optional(), ...shape });
}
