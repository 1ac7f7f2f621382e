import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { RunningEmulator } from "../../../offline/emulator/server";

/** What a request is made of when it leaves. */
export interface Leaving {
  readonly method: string;
  readonly url: URL;
}

/**
 * A `fetch` that leads every host to the emulator over connections that stay open, as its CONNECT port does for other processes: within
 * this process neither trust nor proxy could be set, Node reads both at start. `stop` closes the connections.
 */
export function emulatorFetch(emulator: Pick<RunningEmulator, "caFile" | "origin">) {
  const agent = new Agent({ ca: readFileSync(emulator.caFile, "utf8"), keepAlive: true });
  const port = new URL(emulator.origin).port;
  const send: typeof globalThis.fetch = (input, init = {}) => {
    const url = new URL(String(input));
    const text = init.body === undefined || init.body === null ? undefined : String(init.body);
    const headers = Object.fromEntries(new Headers(init.headers));
    if (init.body instanceof URLSearchParams) headers["content-type"] ??= "application/x-www-form-urlencoded";
    const options = {
      ...{ host: "127.0.0.1", port, servername: url.hostname, agent, method: init.method ?? "GET" },
      path: `${url.pathname}${url.search}`,
      ...(init.signal ? { signal: init.signal } : {}),
      headers: { ...headers, host: url.host, ...(text !== undefined && { "content-length": Buffer.byteLength(text) }) },
    };
    return new Promise<Response>((done, failed) => {
      const sent = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", failed);
        answer.on("end", () => {
          const { statusCode: status = 500 } = answer;
          const entries = Object.entries(answer.headers).map(
            ([name, value]) => [name, [value].flat().join(", ")] as [string, string],
          );
          const body = [204, 304].includes(status) ? null : Buffer.concat(chunks);
          done(new Response(body, { status, headers: entries }));
        });
      });
      sent.on("error", failed);
      sent.end(text);
    });
  };
  return { fetch: send, stop: () => agent.destroy() };
}
