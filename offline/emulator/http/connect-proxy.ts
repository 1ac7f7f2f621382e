import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";

export interface ConnectProxyOptions {
  /** Port of the emulator's HTTPS server, the only target of any tunnel. */
  readonly target: number;
  readonly isAllowed: (host: string, port: number) => boolean;
  readonly log: (line: string) => void;
}

/**
 * Answers HTTP CONNECT: vault host names exist in no resolver, so clients are pointed here as their proxy. Every allowed name leads to the
 * emulator; everything else is refused, so that no call of a misconfigured client leaves the machine.
 */
export function createConnectProxy({ target, isAllowed, log }: ConnectProxyOptions): Server {
  const server = createServer((request, response) => {
    log(`refused: proxy request ${request.method} ${request.url}`);
    response.writeHead(403, { "content-type": "text/plain" });
    response.end("The emulator's proxy answers CONNECT to its own services only.\n");
  });
  server.on("connect", (request, client: Socket, head: Buffer) => {
    client.on("error", () => client.destroy());
    const { host, port } = readTarget(request.url ?? "");
    if (!isAllowed(host, port)) {
      log(`refused: CONNECT ${host}:${port} is no service of the emulator`);
      client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const upstream = connect(target, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    // When one side ends, end the other: a half-open tunnel would delay the stop.
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  return server;
}

function readTarget(url: string): { host: string; port: number } {
  const colon = url.lastIndexOf(":");
  return { host: url.slice(0, colon).toLowerCase(), port: Number(url.slice(colon + 1)) };
}
