import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { RunningEmulator } from "../../../../offline/emulator/server";

/** A call as it left, for comparing: ids are still real. */
export interface SentCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the names of a form's fields: their values hold the secret. */
  readonly body: unknown;
}

/**
 * A `fetch` that leads every host to the emulator, as its CONNECT port does for other processes, and writes down each call. Within this
 * process neither the trust in the emulator's authority nor the proxy could be set: Node reads both from the environment at start.
 */
export function emulatorFetch(emulator: RunningEmulator, calls: SentCall[] = []): typeof globalThis.fetch {
  const agent = new Agent({ ca: readFileSync(emulator.caFile, "utf8"), keepAlive: false });
  const port = new URL(emulator.origin).port;
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const headers = Object.fromEntries(new Headers(init.headers));
    const text = init.body === undefined || init.body === null ? undefined : String(init.body);
    if (init.body instanceof URLSearchParams) headers["content-type"] ??= "application/x-www-form-urlencoded";
    calls.push({
      method: init.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query: Object.fromEntries(url.searchParams),
      headers,
      body:
        init.body instanceof URLSearchParams
          ? [...init.body.keys()].sort()
          : text === undefined
            ? null
            : JSON.parse(text),
    });
    return new Promise<Response>((done, failed) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port,
          servername: url.hostname,
          agent,
          method: init.method ?? "GET",
          path: `${url.pathname}${url.search}`,
          headers: {
            ...headers,
            host: url.host,
            ...(text !== undefined && { "content-length": Buffer.byteLength(text) }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", failed);
          answer.on("end", () => {
            const entries = Object.entries(answer.headers).map(
              ([name, value]) => [name, [value].flat().join(", ")] as [string, string],
            );
            const status = answer.statusCode ?? 500;
            done(
              new Response([204, 304].includes(status) ? null : Buffer.concat(chunks), { status, headers: entries }),
            );
          });
        },
      );
      sent.on("error", failed);
      sent.end(text);
    });
  };
}
