import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Route, type RouteRequest, routeWithBody } from "../../http/route";
import type { InsightsQuery } from "../../world/insights-store";
import type { Tenant } from "../../world/world";
import { admitted, type Found, type Reader } from "./admission";
import { anyCase } from "./body";
import { datasets, findDataset, shownDataset } from "./datasets";
import { insightsError, missingValue, noItemFound } from "./errors";
import { parseQuery } from "./query-language";
import { runQuery } from "./rows";
import { systemQueries } from "./system-queries";

/** Insights refuses missing fields itself; the emulator refuses unknown ones. */
const queryBody = anyCase({
  Name: z.string().nullish(),
  Description: z.string().nullish(),
  Query: z.string().nullish(),
});

/** Microsoft's own queries, which nobody can change. */
const system: readonly InsightsQuery[] = systemQueries.map(({ id, name, query }) => ({
  id,
  name,
  description: `${name} report for the last six months`,
  query,
  user: "System",
  createdTime: "2021-01-01T00:00:00Z",
}));

const isSystem = ({ id }: InsightsQuery): boolean => system.some((query) => query.id === id);

/** A saved query or one of Microsoft's. */
export function findQuery(tenant: Tenant, queryId: string): InsightsQuery | undefined {
  return tenant.insightsQueries.get(queryId.toLowerCase()) ?? system.find(({ id }) => id === queryId.toLowerCase());
}

const shown = (query: InsightsQuery) => ({
  queryId: query.id,
  name: query.name,
  description: query.description,
  query: query.query,
  type: isSystem(query) ? "system" : "userDefined",
  user: query.user,
  createdTime: query.createdTime,
});

const base = "/insights/v1/mpn";

/** Datasets and queries. */
export const queryRoutes: readonly Route[] = [
  { method: "GET", path: `${base}/ScheduledDataset`, query: ["datasetName"], handle: admitted(listDatasets) },
  {
    method: "GET",
    path: `${base}/ScheduledQueries`,
    query: ["queryId", "queryName", "includeSystemQueries", "includeOnlySystemQueries"],
    handle: admitted(listQueries),
  },
  routeWithBody({ method: "POST", path: `${base}/ScheduledQueries`, body: queryBody, handle: admitted(createQuery) }),
  {
    method: "GET",
    path: `${base}/ScheduledQueries/testQueryResult`,
    query: ["queryId", "exportQuery", "startTime", "endTime"],
    handle: admitted(testQuery),
  },
  { method: "DELETE", path: `${base}/ScheduledQueries/:queryId`, handle: admitted(deleteQuery) },
];

function listDatasets({ query: { datasetName } }: RouteRequest): Found {
  const found = datasetName === undefined ? datasets : [findDataset(datasetName)].filter((each) => each !== undefined);
  if (found.length === 0) throw noItemFound();
  return { value: found.map(shownDataset), message: "Dataset fetched successfully" };
}

function listQueries({ caller: { tenant }, query }: RouteRequest): Found {
  const isOn = (text: string | undefined) => text?.toLowerCase() === "true";
  const isOnlySystem = isOn(query["includeOnlySystemQueries"]);
  const all = [
    ...(isOnlySystem ? [] : tenant.insightsQueries.all()),
    ...(isOnlySystem || isOn(query["includeSystemQueries"]) ? system : []),
  ];
  const found = all
    .filter(({ id }) => query["queryId"] === undefined || id === query["queryId"].toLowerCase())
    .filter(({ name }) => query["queryName"] === undefined || name === query["queryName"]);
  // UNVERIFIED: 404 is documented for filters that find nothing; whether a list that is simply empty is one too, is not.
  if (found.length === 0 && (query["queryId"] ?? query["queryName"]) !== undefined) throw noItemFound();
  return { value: found.map(shown), message: "Queries fetched successfully" };
}

function createQuery(
  { world, caller: { tenant }, body }: RouteRequest<z.infer<typeof queryBody>>,
  reader: Reader,
): Found {
  const { Name, Description, Query } = body;
  if (!Name || !Query) throw missingValue();
  parseQuery(Query);
  const query = {
    id: randomUUID(),
    name: Name,
    description: Description ?? "",
    query: Query,
    user: reader.name,
    createdTime: world.clock.now().toISOString(),
  };
  tenant.insightsQueries.put(query);
  return { value: [shown(query)], message: "Query created successfully" };
}

/** At most 100 rows, as the page of the call says; the overview says 10. */
const testRows = 100;

function testQuery({ world, caller: { tenant }, query }: RouteRequest, { isRedacted }: Reader): Found {
  const { queryId, exportQuery } = query;
  const text = queryId === undefined ? exportQuery : findQuery(tenant, queryId)?.query;
  if (text === undefined) throw queryId === undefined ? missingValue() : insightsError(400, "Invalid QueryId");
  const rows = runQuery(tenant.id, parseQuery(text), world.clock.now(), isRedacted);
  return { value: rows.slice(0, testRows), message: "Query executed successfully" };
}

function deleteQuery({ caller: { tenant }, parameters }: RouteRequest): Found {
  const removed = tenant.insightsQueries.remove((parameters["queryId"] ?? "").toLowerCase());
  if (removed === undefined) throw noItemFound();
  return { value: [shown(removed)], message: "Query deleted successfully" };
}
