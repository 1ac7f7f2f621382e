import { Client, GraphError, type GraphRequest } from "@microsoft/microsoft-graph-client";
import { z } from "zod";
import type { Connection } from "../entra-token";
import { identifying, type Refusal, RetryRule, repeating, sending } from "./graph-middleware";

/** JSON as Graph exchanges it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Microsoft Graph said no. */
class GraphRefusal extends Error {
  override readonly name = "GraphRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    reason: string,
    call: string,
  ) {
    super(`${call}: unexpected status ${status} with error: ${code}: ${reason}`);
  }
}

interface CallOptions {
  readonly version?: "v1.0" | "beta";
  readonly query?: Readonly<Record<string, string>>;
  /** Refusals repeated besides the temporary ones; `never` repeats nothing at all. */
  readonly repeat?: ((refusal: Refusal) => boolean) | "never";
  /** How long to go on repeating: the timeout of the operation in the real plugin. */
  readonly minutes?: number;
}

/** The calls the azuread provider makes, over Microsoft's own client with headers and repetitions of our own. */
export interface GraphClient {
  /** Base address, for references to objects in bodies. */
  readonly address: string;
  get(path: string, options?: CallOptions): Promise<JsonObject>;
  /** Every page of a list. */
  list(path: string, options?: CallOptions): Promise<JsonObject[]>;
  post(path: string, body: JsonObject, options?: CallOptions): Promise<JsonObject>;
  patch(path: string, body: JsonObject, options?: CallOptions): Promise<void>;
  delete(path: string, options?: CallOptions): Promise<void>;
}

const anObject = z.record(z.string(), z.json());
const aPage = z.object({ value: z.array(anObject), "@odata.nextLink": z.string().optional() });

export function createGraphClient(address: string, { tokens, waits, userAgent, fetch }: Connection): GraphClient {
  const middleware = repeating(waits, identifying(tokens, address, userAgent, sending(fetch)));
  const client = Client.initWithMiddleware({ middleware, baseUrl: `${address}/`, defaultVersion: "v1.0" });

  async function call(
    method: string,
    path: string,
    options: CallOptions,
    send: (request: GraphRequest) => Promise<unknown>,
  ) {
    const { repeat = () => false, minutes = 5 } = options;
    const rule = new RetryRule(repeat === "never" ? undefined : repeat, minutes);
    const request = client.api(path).middlewareOptions([rule]);
    if (options.version !== undefined) request.version(options.version);
    // The client sends query values as they are given; a name in a filter may hold anything.
    for (const [name, value] of Object.entries(options.query ?? {}))
      request.query({ [name]: encodeURIComponent(value) });
    try {
      return await send(request);
    } catch (error) {
      if (!(error instanceof GraphError) || error.statusCode < 400)
        throw new Error(`${method} ${path} failed: ${reasonOf(error)}`, { cause: error });
      throw new GraphRefusal(error.statusCode, error.code ?? "", error.message, `${method} ${path}`);
    }
  }

  const get = async (path: string, options: CallOptions = {}) =>
    anObject.parse(await call("GET", path, options, (request) => request.get()));

  return {
    address,
    get,
    async list(path, options = {}) {
      const found: JsonObject[] = [];
      let page = aPage.parse(await get(path, options));
      found.push(...page.value);
      while (page["@odata.nextLink"] !== undefined) {
        const next = page["@odata.nextLink"];
        if (new URL(next).origin !== new URL(address).origin)
          throw new Error(`GET ${path}: the next page is at another address`);
        page = aPage.parse(
          await call("GET", path, {}, () =>
            client
              .api(next)
              .middlewareOptions([new RetryRule(() => false, 5)])
              .get(),
          ),
        );
        found.push(...page.value);
      }
      return found;
    },
    async post(path, body, options = {}) {
      const answer = await call("POST", path, options, (request) => request.post(body));
      // A call without an answer (removePassword, adding an owner) has no body.
      return answer === undefined || answer === "" ? {} : anObject.parse(answer);
    },
    async patch(path, body, options = {}) {
      await call("PATCH", path, options, (request) => request.patch(body));
    },
    async delete(path, options = {}) {
      await call("DELETE", path, options, (request) => request.delete());
    },
  };
}

/** Whether an error is Graph's answer that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return error instanceof GraphRefusal && error.status === 404;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}
