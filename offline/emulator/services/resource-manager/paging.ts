import { calledAt } from "../../http/hosts";
import type { RouteRequest, RouteResponse } from "../../http/route";
import { badRequest } from "./errors";

/** Query options of every ARM list that pages. */
export const pagingOptions = ["api-version", "$top", "$skiptoken"] as const;

/** Answers one page of a list: `$top` items, and where more are left the link to them. */
export function pageOf(request: RouteRequest, path: string, items: readonly unknown[]): RouteResponse {
  const { query } = request;
  // An empty page would link to itself forever.
  const size = wholeNumber("$top", query["$top"], { otherwise: items.length, least: 1 });
  const start = wholeNumber("$skiptoken", query["$skiptoken"], { otherwise: 0, least: 0 });
  const end = start + size;
  if (end >= items.length) return { status: 200, body: { value: items.slice(start) } };
  const link = new URL(path, calledAt(request));
  for (const [name, value] of Object.entries({ ...query, $skiptoken: String(end) })) link.searchParams.set(name, value);
  return { status: 200, body: { value: items.slice(start, end), nextLink: link.href } };
}

function wholeNumber(
  name: string,
  text: string | undefined,
  { otherwise, least }: { readonly otherwise: number; readonly least: number },
): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,6}$/.test(text) || Number(text) < least) {
    throw badRequest(`The value '${text}' of the query option '${name}' is not a whole number from ${least} on.`);
  }
  return Number(text);
}
