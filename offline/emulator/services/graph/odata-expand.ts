import { unknownQuery } from "../../http/refusals";
import type { RouteRequest } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import { type EntityShape, pick, selectedBy } from "./odata-shape";

/** Related objects that a request asks for with each object. */
export interface Expansion {
  readonly relation: string;
  of(item: JsonObject): JsonObject;
}

/** Directory objects are returned with at most 20 related objects. */
const mostExpanded = 20;

/** Reads `$expand=owners` or `$expand=owners($select=id)`: directory objects take one relation, and `$select` inside it. */
export function readExpand(request: RouteRequest, shape: EntityShape): Expansion | undefined {
  const text = request.query["$expand"];
  if (text === undefined) return undefined;
  const [, name = "", inner] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? [];
  if (name === "") throw unknownQuery(`$expand takes one relation here, got '${text}'.`);
  const relation = new Map(Object.entries(shape.relations ?? {})).get(name);
  if (relation === undefined) {
    const known = Object.keys(shape.relations ?? {})
      .map((each) => `"${each}"`)
      .join(", ");
    throw unknownQuery(`unknown relation "${name}" in $expand; this call knows ${known === "" ? "none" : known}`);
  }
  const selected = selectedBy(readInnerSelect(inner), relation.shape);
  return {
    relation: name,
    of: (item) => {
      const found = relation.find(request, String(item["id"])).slice(0, mostExpanded);
      return { [name]: found.map((each) => pick(each, selected)) };
    },
  };
}

function readInnerSelect(inner: string | undefined): string | undefined {
  if (inner === undefined) return undefined;
  const select = /^\s*\$select=([^;]+)\s*$/.exec(inner)?.[1];
  if (select === undefined) throw unknownQuery(`$expand knows $select inside a relation here, got '${inner}'.`);
  return select;
}
