import type { TokenCredential } from "@azure/identity";
import {
  Client,
  type Context,
  GraphError,
  type GraphRequest,
  type Middleware,
  MiddlewareFactory,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client";
import { isSignInFailure, isTemporaryStatus, unansweredError } from "./errors";
import { READ_BUDGET_MS, retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

export interface GraphOptions {
  /** `https://graph.microsoft.com`, without a version. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly fetch?: typeof fetch;
  readonly time?: Time;
}

/** Microsoft's client, signed in, and how to ask it so that one reset or one 500 ends nothing. */
export interface GraphConnection {
  /** Not repeated on its own, except where Microsoft's client does: 429, 503 and 504, with Retry-After. */
  readonly client: Client;
  /** Reads a path of v1.0, or the whole address of a next page; asks again for as long as the failure may pass. */
  read(pathOrAddress: string): Promise<unknown>;
  /** A PATCH that says the same twice at no cost; asked again like a read. */
  update(path: string, change: object): Promise<void>;
}

const LONGEST_ANSWER_MS = 30_000;

export function connectGraph({ endpoint, credential, fetch: fetcher = fetch, time }: GraphOptions): GraphConnection {
  const chain = MiddlewareFactory.getDefaultMiddlewareChain({
    getAccessToken: async () => (await credential.getToken(`${endpoint}/.default`))?.token ?? "",
  });
  const client = Client.initWithMiddleware({
    baseUrl: endpoint,
    customHosts: new Set([new URL(endpoint).hostname]),
    middleware: [...chain.slice(0, -1), timed(fetcher)],
  });
  const request = (path: string) => (path.startsWith("/") ? client.api(path).version("v1.0") : client.api(path));
  const patiently = <T>(path: string, send: (asked: GraphRequest) => Promise<T>) =>
    retry(() => send(request(path).middlewareOptions([new RetryHandlerOptions(0, 0)])).catch(withStatedWait), {
      isTemporary: isTemporaryGraphError,
      budgetMs: READ_BUDGET_MS,
      ...(time && { time }),
    });
  return {
    client,
    read: (path) => patiently(path, (asked) => asked.get()),
    update: (path, change) => patiently(path, (asked) => asked.patch(change)),
  };
}

/** The last link of Microsoft's chain, which would wait for ever. Here, each attempt of its own retry gets its own time. */
function timed(fetcher: typeof fetch): Middleware {
  return {
    async execute(context: Context) {
      const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
      context.response = await fetcher(context.request, { ...context.options, signal });
    },
  };
}

/** Whether the answer is missing or broken, or the service itself says "later". A refusal and a failed sign-in stay what they are. */
export function isTemporaryGraphError(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  const { statusCode: status } = error;
  // Its client writes -1 for everything that kept it from an answer, and 200 where the answer ended half-way.
  if (status === -1) return !isSignInFailure(error);
  return isTemporaryStatus(status) || status < 300;
}

function withStatedWait(error: unknown): never {
  if (error instanceof GraphError && error.headers !== undefined) {
    throw Object.assign(error, { retryAfterSeconds: retryAfterSeconds(error.headers, new Date()) });
  }
  throw error;
}

/** Status (also as the property `status`), code and Microsoft's sentence; never the request, which holds the token. */
export function describeGraphError(error: unknown, path: string): Error {
  if (!(error instanceof GraphError) || error.statusCode === -1) return unansweredError("Microsoft Graph", path, error);
  const { statusCode: status, code, message } = error;
  return Object.assign(new Error(`Microsoft Graph refused ${path}: ${status} ${code ?? ""} ${message}`), { status });
}
