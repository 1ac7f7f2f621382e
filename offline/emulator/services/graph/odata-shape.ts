import type { RouteRequest } from "../../http/route";
import type { Json, JsonObject } from "../../world/directory";
import { invalidQuery } from "./errors";

/** What Graph documents for the collection of one type. */
export interface EntityShape {
  /** Name in messages, for example `Application`. */
  readonly resource: string;
  /** Every property, in the order in which it is returned. */
  readonly properties: readonly string[];
  /** What a read without `$select` returns; left out: everything. */
  readonly byDefault?: readonly string[];
  readonly filterable: readonly string[];
  /** Sortable; `plain` without the advanced query parameters. */
  readonly sortable: readonly string[];
  readonly plainlySortable?: readonly string[];
  readonly searchable: readonly string[];
  /** What `$expand` adds to an object, by the relation's name; left out: nothing can be expanded. */
  readonly relations?: Readonly<Record<string, Relation>>;
}

/** Objects that are related to another one. */
export interface Relation {
  /** The related objects that the caller may see. */
  readonly find: (request: RouteRequest, objectId: string) => readonly JsonObject[];
  readonly shape: EntityShape;
}

/** The properties that a `$select` names. */
export function selectedBy(text: string | undefined, shape: EntityShape): readonly string[] {
  if (text === undefined) return shape.byDefault ?? shape.properties;
  const byFoldedName = new Map(shape.properties.map((name) => [name.toLowerCase(), name]));
  return text.split(",").map((part) => {
    const name = byFoldedName.get(part.trim().toLowerCase());
    if (name !== undefined) return name;
    throw invalidQuery(
      `Parsing OData Select and Expand failed: Could not find a property named '${part.trim()}' on type 'microsoft.graph.${typeName(shape)}'.`,
    );
  });
}

/** The type's name as messages of the gateway write it, for example `application`. */
function typeName({ resource }: EntityShape): string {
  return resource.charAt(0).toLowerCase() + resource.slice(1);
}

/** `@odata.type` survives `$select`: in mixed collections it says what an item is. */
export function pick(item: JsonObject, names: readonly string[]): JsonObject {
  const type = item["@odata.type"];
  const picked: Record<string, Json> = type === undefined ? {} : { "@odata.type": type };
  for (const name of names) {
    const value = item[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
