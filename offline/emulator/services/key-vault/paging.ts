import type { RouteRequest, RouteResponse } from "../../http/route";
import { badParameter } from "./errors";

/** Query options of every list of the data plane. */
export const listOptions = ["api-version", "maxresults", "$skiptoken"] as const;

/** The most a page holds, and what it holds when nothing else is asked (`maxresults` of the reference). */
const largestPage = 25;

/** Answers one page of a list; `nextLink` is null on the last one. */
export function pageOf(request: RouteRequest, path: string, items: readonly object[]): RouteResponse {
  const { query, host } = request;
  const size = whole("maxresults", query["maxresults"], [1, largestPage], largestPage);
  const start = whole("$skiptoken", query["$skiptoken"], [0, items.length], 0);
  const end = start + size;
  if (end >= items.length) return { status: 200, body: { value: items.slice(start), nextLink: null } };
  const link = new URL(`https://${host}${path}`);
  for (const [name, value] of Object.entries({ ...query, $skiptoken: String(end) })) link.searchParams.set(name, value);
  return { status: 200, body: { value: items.slice(start, end), nextLink: link.href } };
}

type Range = readonly [least: number, most: number];

function whole(name: string, text: string | undefined, [least, most]: Range, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw badParameter(`The value '${text}' of ${name} is not a whole number from ${least} to ${most}.`);
}
