import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a service may do wrong, by name. */
export const misbehaviours = [
  "hang",
  "reset",
  "one 503",
  "one 429 with Retry-After",
  "307 to another host",
  "page loop",
  "page on another host",
  "HTML with 200",
  "{}",
  "truncated",
] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

/** What the service answers when it is well, by method and path. */
export type Well = (request: { readonly method: string; readonly path: string }) => object | string;

export interface Seen {
  readonly host: string;
  readonly secrets: string;
}

/** The host that nobody chose. */
export const foreignHost = "foreign.example";

export interface MisbehavingServer {
  /** A `fetch` that brings every host to this server, and remembers which host was asked. */
  readonly fetch: typeof fetch;
  /** Requests so far: host, and everything of them that could hold a secret. */
  readonly seen: Seen[];
  behave(misbehaviour: Misbehaviour, well: Well): void;
  /** The next request that hangs; `closed` is when its client has let go of it. */
  hung(): Promise<{ readonly closed: Promise<void> }>;
  stop(): Promise<void>;
}

export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  let [now, well, count]: [Misbehaviour, Well, number] = ["{}", () => ({}), 0];
  const seen: Seen[] = [];
  let onHang: (request: IncomingMessage) => void = () => undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const host = String(request.headers["x-host"]);
      const address = String(request.headers["x-address"]);
      const secrets = [request.headers.authorization, Buffer.concat(chunks).toString(), request.url].join(" ");
      seen.push({ host, secrets });
      if (host.endsWith(".vault.example") && request.headers.authorization === undefined) {
        // Key Vault answers a first request so, and its client then asks for a token.
        const challenge = 'Bearer authorization="https://login.example/t", resource="https://vault.example"';
        response.writeHead(401, { "www-authenticate": challenge });
        response.end();
        return;
      }
      count += 1;
      if (now === "hang") onHang(request);
      answer({ request, response, address }, now, well, count === 1);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const real = globalThis.fetch;
  return {
    seen,
    fetch: (async (input: string | URL, init: RequestInit = {}) => {
      const url = new URL(String(input));
      const headers = new Headers(init.headers);
      headers.set("x-host", url.host);
      headers.set("x-address", url.href);
      return real(`${origin}${url.pathname}${url.search}`, { ...init, headers });
    }) as typeof fetch,
    behave(misbehaviour, answers) {
      [now, well, count] = [misbehaviour, answers, 0];
      seen.length = 0;
    },
    hung: () =>
      new Promise((done) => {
        onHang = ({ socket }) => done({ closed: new Promise((closed) => socket.once("close", () => closed())) });
      }),
    stop: () => stop(server),
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the client asked for, before it was brought here. */
  readonly address: string;
}

function answer({ request, response, address }: Exchange, how: Misbehaviour, well: Well, isFirst: boolean): void {
  const body = well({ method: request.method ?? "GET", path: request.url ?? "/" });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/csv" : "application/json";
  const send = (status: number, content: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(content);
  };
  const links = (next: string) => ({ next: { uri: next, headers: [] } });
  const page = (next: string) => ({ ...(body as object), nextLink: next, "@odata.nextLink": next, links: links(next) });
  const link = (next: string) => ({ link: `<${next}>; rel="next"` });
  const here = address.replace(/[?&]page=.*$/, "");
  const elsewhere = `https://${foreignHost}/next`;
  switch (how) {
    case "hang":
      return;
    case "reset":
      if (isFirst) request.socket.destroy();
      else send(200, text);
      return;
    case "one 503":
      if (isFirst) send(503, "{}");
      else send(200, text);
      return;
    case "one 429 with Retry-After":
      if (isFirst) send(429, "{}", { "retry-after": "2" });
      else send(200, text);
      return;
    case "307 to another host":
      send(307, "", { location: elsewhere });
      return;
    case "page loop":
      send(200, Array.isArray(body) || typeof body === "string" ? text : JSON.stringify(page(here)), link(here));
      return;
    case "page on another host":
      send(
        200,
        Array.isArray(body) || typeof body === "string" ? text : JSON.stringify(page(elsewhere)),
        link(elsewhere),
      );
      return;
    case "HTML with 200":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><html><body>Please sign in</body></html>");
      return;
    case "{}":
      send(200, "{}", { "content-type": "application/json" });
      return;
    case "truncated":
      response.writeHead(200, { "content-type": type, "content-length": String(text.length) });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => request.socket.destroy());
  }
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
