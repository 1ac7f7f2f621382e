import { calledAt } from "../../http/hosts";
import type { RouteRequest, RouteResponse } from "../../http/route";
import type { JsonObject } from "../../world/directory";
import { badRequest, invalidQuery, unsupportedQuery } from "./errors";
import { type Expansion, readExpand } from "./odata-expand";
import { readFilter } from "./odata-filter";
import { type EntityShape, pick, selectedBy } from "./odata-shape";

/** Query options of a list; the server refuses any other. */
export const listOptions = ["$filter", "$select", "$top", "$count", "$orderby", "$search", "$skiptoken"] as const;
/** Query options of a read of one object. */
export const readOptions = ["$select"] as const;
/** The further option of types with relations. */
export const expandOption = "$expand";

const defaultPageSize = 100;
const largestPageSize = 999;
const missingAdvanced =
  "is not supported because the required parameters might be missing. Try adding $count=true query parameter and " +
  "ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information";

/** Where the returned collection or object is, for the context link and the link to the next page. */
export interface Place {
  readonly version: "v1.0" | "beta";
  /** After the version, for example `applications/<id>/owners`. */
  readonly path: string;
  /** The `$metadata` name, for example `applications`; left out: the path. */
  readonly metadata?: string;
}

/** Returns one object, reduced to what `$select` names. */
export function answerOne(request: RouteRequest, place: Place, item: JsonObject, shape: EntityShape): RouteResponse {
  const selected = readSelect(request, shape);
  const expansion = readExpand(request, shape);
  const body = {
    "@odata.context": `${contextOf(request, place, partsOf(request, selected, expansion))}/$entity`,
    ...pick(item, selected),
    ...expansion?.of(item),
  };
  return { status: 200, body };
}

/** Returns an object that the call has created, and its address. */
export function answerMade(request: RouteRequest, place: Place, item: JsonObject, shape: EntityShape): RouteResponse {
  const headers = { location: `${linkTo(request, place)}/${String(item["id"])}` };
  return { ...answerOne(request, place, item, shape), status: 201, headers };
}

/** The requested parts, as a context link names them. */
function partsOf(request: RouteRequest, selected: readonly string[], expansion: Expansion | undefined): string {
  const names = request.query["$select"] === undefined ? [] : selected;
  const parts = [...names, ...(expansion === undefined ? [] : [`${expansion.relation}()`])];
  return parts.length === 0 ? "" : `(${parts.join(",")})`;
}

/** Returns a page of a collection after `$filter`, `$search`, `$orderby`, `$count`, `$top` and `$select`. */
export function answerList(
  request: RouteRequest,
  place: Place,
  items: readonly JsonObject[],
  shape: EntityShape,
): RouteResponse {
  const selected = readSelect(request, shape);
  const isAdvanced = request.headers["consistencylevel"]?.toLowerCase() === "eventual";
  const isCounted = readCount(request) && isAdvanced;
  const found = sort(
    request,
    shape,
    search(request, shape, filter(request, shape, items, isCounted), isAdvanced),
    isCounted,
  );
  const size = readTop(request);
  const start = readSkipToken(request);
  const page = found.slice(start, start + size);
  const expansion = readExpand(request, shape);
  return {
    status: 200,
    body: {
      "@odata.context": contextOf(request, place, partsOf(request, selected, expansion)),
      // Without the header the count is silently left out, as documented.
      ...(isCounted ? { "@odata.count": found.length } : {}),
      ...(start + size < found.length ? { "@odata.nextLink": nextLink(request, place, start + size) } : {}),
      value: page.map((item) => ({ ...pick(item, selected), ...expansion?.of(item) })),
    },
  };
}

/** `https://host/v1.0/$metadata#…` of an answer. */
export function contextOf(request: RouteRequest, place: Place, selected = ""): string {
  return `${calledAt(request)}/${place.version}/$metadata#${place.metadata ?? place.path}${selected}`;
}

const linkTo = (request: RouteRequest, { version, path }: Place): string => `${calledAt(request)}/${version}/${path}`;

function readSelect(request: RouteRequest, shape: EntityShape): readonly string[] {
  return selectedBy(request.query["$select"], shape);
}

function readCount(request: RouteRequest): boolean {
  const text = request.query["$count"]?.toLowerCase();
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw invalidQuery(`Invalid value '${text}' for $count query option found. Valid values are 'true' and 'false'.`);
}

function filter(
  request: RouteRequest,
  shape: EntityShape,
  items: readonly JsonObject[],
  isCounted: boolean,
): readonly JsonObject[] {
  const text = request.query["$filter"];
  if (text === undefined) return items;
  const { keeps, advancedOperator } = readFilter(text, {
    resource: shape.resource,
    properties: shape.filterable,
    known: shape.properties,
  });
  if (advancedOperator !== undefined && !isCounted)
    throw unsupportedQuery(`Operator '${advancedOperator}' ${missingAdvanced}`);
  return items.filter(keeps);
}

function search(
  request: RouteRequest,
  shape: EntityShape,
  items: readonly JsonObject[],
  isAdvanced: boolean,
): readonly JsonObject[] {
  const text = request.query["$search"];
  if (text === undefined) return items;
  if (!isAdvanced) {
    throw unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  const match = /^"(\w+):([^"]+)"$/.exec(text.trim());
  const [, name = "", words = ""] = match ?? [];
  if (!shape.searchable.includes(name)) throw badRequest(`Unrecognized query argument specified: '${text}'.`);
  return items.filter((item) =>
    String(item[name] ?? "")
      .toLowerCase()
      .includes(words.toLowerCase()),
  );
}

function sort(
  request: RouteRequest,
  shape: EntityShape,
  items: readonly JsonObject[],
  isCounted: boolean,
): readonly JsonObject[] {
  const text = request.query["$orderby"];
  if (text === undefined) return items;
  const match = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(text);
  const [, name = "", direction = "asc"] = match ?? [];
  if (!shape.sortable.includes(name))
    throw unsupportedQuery(`Unsupported sort property '${name || text}' for '${shape.resource}'.`);
  const isPlain = shape.plainlySortable?.includes(name) === true && request.query["$filter"] === undefined;
  if (!isPlain && !isCounted) throw unsupportedQuery("Sorting not supported for current query.");
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  return [...items].sort((left, right) => sign * String(left[name] ?? "").localeCompare(String(right[name] ?? "")));
}

function readTop(request: RouteRequest): number {
  const text = request.query["$top"];
  if (text === undefined) return defaultPageSize;
  const size = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (size >= 1 && size <= largestPageSize) return size;
  throw unsupportedQuery(`Invalid page size specified: '${text}'. Must be between 1 and ${largestPageSize} inclusive.`);
}

function readSkipToken(request: RouteRequest): number {
  const text = request.query["$skiptoken"];
  if (text === undefined) return 0;
  const match = /^from:(\d+)$/.exec(Buffer.from(text, "base64url").toString("utf8"));
  if (match === null)
    throw badRequest("The specified page token value has expired and can no longer be included in your request.");
  return Number(match[1]);
}

function nextLink(request: RouteRequest, place: Place, start: number): string {
  const options = new URLSearchParams(request.query);
  options.set("$skiptoken", Buffer.from(`from:${start}`).toString("base64url"));
  return `${linkTo(request, place)}?${options}`;
}
