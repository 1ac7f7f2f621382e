import type { Route, RouteRequest, RouteResponse } from "../../http/route";
import { badRequest } from "./errors";

/** A collection of directory objects: its list, and its `$count` segment, which answers the number as plain text. */
export function collectionRoutes(
  path: string,
  query: readonly string[],
  handle: (request: RouteRequest) => RouteResponse,
): Route[] {
  return [
    { method: "GET", path, query, handle },
    {
      method: "GET",
      path: `${path}/$count`,
      query: ["$filter", "$search"],
      handle: (request) => count(request, handle),
    },
  ];
}

/** @see https://learn.microsoft.com/graph/aad-advanced-queries */
function count(request: RouteRequest, handle: (request: RouteRequest) => RouteResponse): RouteResponse {
  if (request.headers["consistencylevel"]?.toLowerCase() !== "eventual") {
    // UNVERIFIED: the wording. Documented is that the segment needs the header.
    throw badRequest("$count is not currently supported without the 'ConsistencyLevel: eventual' header.");
  }
  const { body } = handle({ ...request, query: { ...request.query, $count: "true" } });
  const number = (body as { readonly "@odata.count": number })["@odata.count"];
  return { status: 200, headers: { "content-type": "text/plain" }, body: String(number) };
}
