import type { IncomingMessage, ServerResponse } from "node:http";
import type { RouteResponse } from "./route";

/** A request with its complete body, as the pipeline receives it. */
export interface HttpRequest {
  readonly method: string;
  /** Without port, lower case. */
  readonly host: string;
  /** As received, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const bodyLimit = 4 * 1024 * 1024;

/** Reads a request. Drops the connection when the body is larger than any call here needs. */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error(`request body exceeds ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  const [path = "/", ...search] = (message.url ?? "/").split("?");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: message.method ?? "GET",
    host: (headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase(),
    path,
    query: new URLSearchParams(search.join("?")),
    headers,
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

/** A response with its body as text and its headers complete. */
export interface RenderedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Turns a route's response into what is sent. `trace` holds the headers that every response has. */
export function renderResponse(
  response: RouteResponse,
  trace: Readonly<Record<string, string>> = {},
): RenderedResponse {
  const headers: Record<string, string> = { ...trace };
  for (const [name, value] of Object.entries(response.headers ?? {})) headers[name.toLowerCase()] = value;
  if (response.body === undefined) return { status: response.status, headers, text: "" };
  if (typeof response.body === "string") return { status: response.status, headers, text: response.body };
  headers["content-type"] ??= "application/json; charset=utf-8";
  return { status: response.status, headers, text: JSON.stringify(response.body) };
}

/** Sends status and headers, with the announced length of the body. The date is the emulator's, not the machine's. */
export function sendHead(response: ServerResponse, { status, headers, text }: RenderedResponse, now: Date): void {
  response.sendDate = false;
  // 204 and 304 have no body at all, not one of length zero.
  const sized = status === 204 || status === 304 ? {} : { "content-length": String(Buffer.byteLength(text)) };
  response.writeHead(status, { date: now.toUTCString(), ...sized, ...headers });
}

/** Sends a whole answer. */
export function sendResponse(response: ServerResponse, rendered: RenderedResponse, now: Date): void {
  sendHead(response, rendered, now);
  response.end(rendered.text);
}
