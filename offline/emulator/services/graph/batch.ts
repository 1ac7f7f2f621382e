import { z } from "zod";
import { calledAt } from "../../http/hosts";
import type { HttpRequest, RenderedResponse } from "../../http/http-message";
import { type Route, type RouteRequest, type RouteResponse, routeWithBody } from "../../http/route";
import { invalidQuery } from "./errors";

const partBody = z.strictObject({
  id: z.string().min(1),
  method: z.enum(["GET", "POST", "PATCH", "PUT", "DELETE"]),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.json().optional(),
  dependsOn: z.array(z.string()).optional(),
  // Microsoft's SDK for Python writes it under this name, empty. UNVERIFIED what Graph does with one that is not: it is refused.
  depends_on: z.tuple([]).optional(),
});
const batchBody = z.strictObject({ requests: z.array(partBody) });
type Part = z.infer<typeof partBody>;

/** Most requests of one batch. */
const mostParts = 20;

/**
 * Several requests in one. Each is judged by itself, with the batch's token, and in the order that `dependsOn` asks for.
 * @see https://learn.microsoft.com/graph/json-batching
 */
export const batchRoutes: readonly Route[] = (["v1.0", "beta"] as const).map((version) =>
  routeWithBody({
    method: "POST",
    path: `/${version}/$batch`,
    body: batchBody,
    isComposite: true,
    handle: (request) => answerBatch(request, version),
  }),
);

async function answerBatch(request: RouteRequest<z.infer<typeof batchBody>>, version: string): Promise<RouteResponse> {
  const base = `${calledAt(request)}/${version}/`;
  const { requests: received } = request.body;
  const requests = received.map((part) => ({ ...part, url: relativeTo(base, part.url) }));
  const problem = batchProblem(requests);
  // UNVERIFIED: the wordings. Documented is that a batch with such a mistake is refused as a whole, with 400.
  if (problem !== undefined) throw invalidQuery(problem);
  const statuses = new Map<string, number>();
  const responses: object[] = [];
  for (const part of inOrder(requests)) {
    const failed = dependenciesOf(part).find((id) => (statuses.get(id) ?? 424) >= 400);
    const answer =
      failed === undefined ? shown(await request.send(messageOf(part, request, version))) : failedDependency(failed);
    statuses.set(keyOf(part.id), answer.status);
    responses.push({ id: part.id, ...answer });
  }
  return { status: 200, body: { responses } };
}

/** Documented are addresses without host and version. Microsoft's SDK for Python writes them whole; UNVERIFIED that Graph takes its own so. */
const relativeTo = (base: string, url: string): string => (url.startsWith(base) ? url.slice(base.length) : url);

/** Ids are case-insensitive. */
const keyOf = (id: string): string => id.toLowerCase();
const dependenciesOf = ({ dependsOn = [] }: Part): string[] => dependsOn.map(keyOf);

function batchProblem(parts: readonly Part[]): string | undefined {
  if (parts.length === 0) return "The batch has no requests.";
  if (parts.length > mostParts) return `The batch has ${parts.length} requests; at most ${mostParts} are allowed.`;
  const ids = new Set(parts.map(({ id }) => keyOf(id)));
  if (ids.size < parts.length) return "Request ids must be unique in a batch.";
  const lost = parts.find((part) => dependenciesOf(part).some((id) => !ids.has(id)));
  if (lost !== undefined) return `Request '${lost.id}' depends on a request that is not in the batch.`;
  if (inOrder(parts).length < parts.length) return "Requests of the batch depend on each other in a circle.";
  return parts.map(partProblem).find((found) => found !== undefined);
}

function partProblem({ id, method, url, headers = {}, body }: Part): string | undefined {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isWrite = method !== "GET" && method !== "DELETE";
  if (isWrite && (body === undefined || !names.includes("content-type"))) {
    return `Write request id : ${id} does not contain Content-Type header or body.`;
  }
  if (names.includes("authorization")) return `Request '${id}': the emulated graph knows the batch's own token only.`;
  if (/^[a-z]+:/i.test(url)) return `Request '${id}': the url must be relative to the version, got '${url}'.`;
  return /^\/*\$batch\b/.test(url) ? `Request '${id}': a batch cannot hold a batch.` : undefined;
}

/** The parts in an order that respects their dependencies; parts of a cycle are left out. */
function inOrder(parts: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  const done = new Set<string>();
  for (;;) {
    const next = parts.find((part) => !done.has(keyOf(part.id)) && dependenciesOf(part).every((id) => done.has(id)));
    if (next === undefined) return ordered;
    done.add(keyOf(next.id));
    ordered.push(next);
  }
}

function messageOf(part: Part, { headers, host }: RouteRequest, version: string): HttpRequest {
  const [path = "", ...search] = part.url.split("?");
  const own = Object.entries(part.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: part.method,
    host,
    path: `/${version}/${path.replace(/^\/+/, "")}`,
    query: new URLSearchParams(search.join("?")),
    headers: { ...Object.fromEntries(own), authorization: headers["authorization"] ?? "" },
    text: part.body === undefined ? "" : JSON.stringify(part.body),
  };
}

type Shown = { readonly status: number; readonly headers: object; readonly body?: unknown };

/** A response inside the batch's. UNVERIFIED how plain text (a `$count`) is returned; here as text. */
function shown({ status, headers, text }: RenderedResponse): Shown {
  if (text === "") return { status, headers };
  const isJson = headers["content-type"]?.includes("json") === true;
  return { status, headers, body: isJson ? (JSON.parse(text) as unknown) : text };
}

function failedDependency(id: string): Shown {
  const message = `The request was not executed: request '${id}', on which it depends, failed.`;
  return { status: 424, headers: {}, body: { error: { code: "FailedDependency", message } } };
}
