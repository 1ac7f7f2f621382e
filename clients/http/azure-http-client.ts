import type { HttpClient, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { jsonProblem, malformed } from "./call";
import { ServiceError } from "./errors";
import { bodyText, type Exchange, exchange, type HttpSettings } from "./exchange";
import { createPageGuard, nextLinkIn, type PageGuard } from "./pages";
import { field, refusalOf } from "./refusal";
import { retry, standardPause } from "./retry";

/** What one of Microsoft's clients may send, and what must come back. */
export interface AzureTransport extends HttpSettings {
  /** The service in its own name. */
  readonly service: string;
  /** The one origin that requests go to; left out: whatever the client asks for. */
  readonly origin?: string | undefined;
  /** How long a temporary failure is asked again. */
  readonly budgetMs: number;
  /** Told of what never became an answer, where the client would hide it. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Told of a refusal for good, which the client puts into words of its own. */
  readonly onRefusal?: ((refusal: ServiceError) => void) | undefined;
  /** What an answer of status 200 lacks; undefined when nothing. */
  readonly lacks: (request: { readonly method: string; readonly path: string }, body: unknown) => string | undefined;
}

/**
 * Options for a client of Microsoft's that send its requests through our layer: one time limit, one rule for repeats, one origin. Its own
 * repeats are turned off; its signing, parsing and paging stay.
 */
export function azureClientOptions(transport: AzureTransport) {
  const guard = createPageGuard({ service: transport.service, operation: "read a list" });
  const httpClient: HttpClient = { sendRequest: (request) => send(request, transport, guard) };
  return { httpClient, retryOptions: { maxRetries: 0 } };
}

async function send(request: PipelineRequest, transport: AzureTransport, guard: PageGuard): Promise<PipelineResponse> {
  const { service, origin, budgetMs, time, signal } = transport;
  const url = new URL(request.url);
  const operation = `${request.method} ${url.pathname}`;
  if (origin !== undefined && url.origin !== origin) {
    const detail = `The client was sent to another host, ${url.host}`;
    throw new ServiceError({
      service,
      operation,
      outcome: "not-asked",
      code: "foreign-page",
      detail,
      isTemporary: false,
    });
  }
  // The machine's own identity service, over plain HTTP: Microsoft's client probes it, and knows when to ask again.
  const isProbe = url.protocol === "http:";
  let refused: PipelineResponse | undefined;
  try {
    return await retry(
      async () => {
        refused = undefined;
        const { response, failure } = await sendOnce(request, operation, transport, guard);
        if (failure === undefined) return response;
        refused = response;
        throw failure;
      },
      { pause: isProbe ? () => undefined : standardPause({ isSafe: true }), budgetMs, time, signal },
    );
  } catch (error) {
    // A refusal stays the client's own to read; what is no answer is ours to explain.
    if (refused !== undefined) {
      if (error instanceof ServiceError) transport.onRefusal?.(error);
      return refused;
    }
    if (!isProbe) transport.onFailure?.(error);
    throw error;
  }
}

interface Sent {
  readonly response: PipelineResponse;
  /** Why it may have to be sent again. */
  readonly failure: ServiceError | undefined;
}

async function sendOnce(
  request: PipelineRequest,
  operation: string,
  transport: AzureTransport,
  guard: PageGuard,
): Promise<Sent> {
  const { service, now, lacks } = transport;
  const { method, url, headers, timeout } = request;
  const exchanged: Exchange = {
    ...{ service, operation, method, url, headers: headers.toJSON(), body: textOf(request) },
    ...(timeout > 0 && { longestAnswerMs: timeout }),
    // Everything that these clients send here may be sent twice, so it may be left half-way too.
    isEndable: true,
  };
  const answer = await exchange(exchanged, transport);
  const text = await bodyText(answer, exchanged, transport);
  const { status } = answer;
  // Loaded with the first answer, so that importing the token library does not load Microsoft's clients.
  const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
  const response = {
    request,
    status,
    headers: createHttpHeaders(Object.fromEntries(answer.headers)),
    bodyAsText: text,
  };
  if (!answer.ok) {
    const body = undefined;
    return {
      response,
      failure: refusalOf({ service, operation, status, headers: answer.headers, body, now: now?.() ?? Date.now() }),
    };
  }
  const { json, problem } = jsonProblem(exchanged, answer, text);
  if (problem !== undefined) throw problem;
  const missing = lacks({ method, path: new URL(url).pathname }, json);
  if (missing !== undefined) throw malformed(service, operation, missing);
  const next = nextLinkIn(json);
  if (next !== undefined && Array.isArray(field(json, "value"))) guard(url, next);
  return { response, failure: undefined };
}

function textOf({ body }: PipelineRequest): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string") return body;
  throw new TypeError("only text is sent to Key Vault and Entra");
}
