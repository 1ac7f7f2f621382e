import { call, malformed } from "./call";
import { ServiceError } from "./errors";
import type { HttpSettings } from "./exchange";
import { createPageGuard } from "./pages";

/** Who a library talks to. */
export interface LayerFetch {
  readonly service: string;
  /** Requests, next pages included, go to one of these origins only. */
  readonly isOurs: (url: URL) => boolean;
  readonly longestAnswerMs: number;
}

/**
 * A `fetch` for a library: one attempt through our layer, to the hosts that were chosen. A refusal, a broken answer and a list that does not
 * end are thrown as a `ServiceError`; the library is left its parsing of good answers. Repeats are for its caller, who knows what is safe.
 */
export function layerFetch({ service, isOurs, longestAnswerMs }: LayerFetch, settings: HttpSettings): typeof fetch {
  const guard = createPageGuard({ service, operation: "read a list" });
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init.method ?? "GET";
    const operation = `${method} ${url.pathname}`;
    if (!isOurs(url)) {
      const detail = `The client was sent to another host, ${url.host}`;
      throw new ServiceError({
        ...{ service, operation, outcome: "not-asked", code: "foreign-page", detail, isTemporary: false },
      });
    }
    const sent = { headers: Object.fromEntries(new Headers(init.headers)), body: textOf(init.body) };
    const request = { service, operation, method, url, ...sent, longestAnswerMs, budgetMs: 0 };
    const { status, headers, body } = await call(request, settings);
    if (isEmptyObject(body) && method === "GET") throw malformed(service, operation, "content");
    const next = /<([^>]+)>;\s*rel="next"/.exec(headers.get("link") ?? "")?.[1];
    if (next !== undefined) guard(url.href, next);
    const answer = new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: forText(headers),
    });
    // A made answer has no address, and Octokit's paging reads it.
    return Object.defineProperty(answer, "url", { value: url.href });
  };
}

function isEmptyObject(body: unknown): boolean {
  return typeof body === "object" && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
}

function textOf(body: RequestInit["body"]): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string") return body;
  throw new TypeError("only text is sent through this layer");
}

/** The body was decoded and written anew. */
function forText(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
  return kept;
}
