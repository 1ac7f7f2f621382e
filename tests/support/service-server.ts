import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request as a local service sees it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: each service checks what it needs of a body
  readonly body: any;
  readonly headers: IncomingMessage["headers"];
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What to answer in place of the service, once per entry. */
export interface Fault extends Answer {
  /** `POST /comments`: the method, and a part of the path. */
  readonly on: string;
  /** Whether the service does what it was asked before it answers so. */
  readonly isAfter?: boolean;
}

export interface ServiceServer {
  readonly url: string;
  readonly calls: Call[];
  faults: Fault[];
  stop(): Promise<void>;
}

/** Starts an HTTP service on loopback that answers by a function. */
export async function startService(answerTo: (call: Call, origin: string) => Answer): Promise<ServiceServer> {
  const state: { calls: Call[]; faults: Fault[] } = { calls: [], faults: [] };
  let origin = "";
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", origin);
    const raw = await text(request);
    const call: Call = {
      method: request.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: raw === "" ? undefined : JSON.parse(raw),
      headers: request.headers,
    };
    state.calls.push(call);
    const at = state.faults.findIndex(({ on }) => {
      const [method, part = ""] = on.split(" ");
      return method === call.method && call.path.includes(part);
    });
    const fault = at >= 0 ? state.faults.splice(at, 1)[0] : undefined;
    const usual = fault === undefined || fault.isAfter === true ? answerTo(call, origin) : undefined;
    const { status, headers = {}, body } = fault ?? usual ?? { status: 500 };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    calls: state.calls,
    get faults() {
      return state.faults;
    },
    set faults(faults) {
      state.faults = faults;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
