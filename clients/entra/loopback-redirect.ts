import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** What a browser brought back, and how to answer it. */
export interface Redirect {
  readonly parameters: URLSearchParams;
  /** Shows a page of two texts and ends. Called once. */
  answer(page: RedirectPage): Promise<void>;
}

export interface RedirectPage {
  readonly isGood: boolean;
  readonly title: string;
  readonly text: string;
}

export interface RedirectOptions {
  /** `http://localhost:8400/`; the path must fit exactly, as Entra compares it. */
  readonly redirectUri: string;
  /** Only a request with this state is taken; anybody may call an open port. */
  readonly state: string;
  readonly signal: AbortSignal;
}

export interface RedirectListener {
  /** The one redirect of this sign-in. Rejects when the signal is aborted. */
  readonly arrived: Promise<Redirect>;
  stop(): Promise<void>;
}

/** Time enough for a last page to arrive on this machine. */
const LINGER_MS = 500;

/** Whether an address is one that this machine can listen on for itself alone. */
export function isListenable(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/**
 * Listens on loopback only, for both families where "localhost" may mean either. Throws when the port is taken: another program there
 * would receive the code. Source: RFC 8252, sections 7.3 and 8.3.
 */
export async function listenForRedirect(options: RedirectOptions): Promise<RedirectListener> {
  const { redirectUri, signal } = options;
  const { hostname, port } = new URL(redirectUri);
  let arrive: (redirect: Redirect) => void = () => undefined;
  let give: (error: Error) => void = () => undefined;
  const arrived = new Promise<Redirect>((done, fail) => {
    [arrive, give] = [done, fail];
  });
  arrived.catch(() => undefined);
  let isTaken = false;
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    const parameters = isTaken ? undefined : parametersOf(request, response, options);
    if (isTaken) void show(response, 409, spent);
    if (parameters === undefined) return;
    isTaken = true;
    arrive({ parameters, answer: (page) => show(response, page.isGood ? 200 : 400, page) });
  };
  const hosts = hostname === "localhost" ? ["127.0.0.1", "::1"] : [hostname.replace(/^\[|\]$/g, "")];
  const servers: Server[] = [];
  const stop = async () => {
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise((done) => server.close(done));
        // Browsers open connections ahead of time and keep them: nothing more is asked on those.
        setTimeout(() => server.closeAllConnections(), LINGER_MS).unref();
        return closed;
      }),
    );
  };
  for (const host of hosts) {
    const server = createServer({ requestTimeout: 10_000 }, receive);
    try {
      await listen(server, Number(port || 80), host);
      servers.push(server);
    } catch (error) {
      // A machine without IPv6 has no ::1; the other one is enough.
      const isMissing = ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(String((error as { code?: unknown }).code));
      if (isMissing && host === "::1") continue;
      await stop();
      throw error;
    }
  }
  const abort = () => give(new Error("interrupted"));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return { arrived, stop };
}

/** Undefined, and answered, for everything that is not the redirect of this sign-in. */
function parametersOf(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  { redirectUri, state }: RedirectOptions,
): URLSearchParams | undefined {
  const expected = new URL(redirectUri);
  // Another site's name may be made to lead here (DNS rebinding); a browser then says that name.
  const isHost = headers.host === expected.host;
  const asked = URL.canParse(url, redirectUri) ? new URL(url, redirectUri) : undefined;
  if (!isHost || method !== "GET" || asked?.pathname !== expected.pathname) {
    void show(response, 404, {
      isGood: false,
      title: "Nothing here",
      text: "Only a sign-in is answered at this address.",
    });
    return undefined;
  }
  if (asked.searchParams.get("state") !== state || asked.searchParams.getAll("state").length !== 1) {
    void show(response, 400, foreign);
    return undefined;
  }
  return asked.searchParams;
}

const foreign: RedirectPage = {
  isGood: false,
  title: "Not this sign-in",
  text: "This answer does not belong to the current sign-in. Use the address that the command printed last.",
};
const spent: RedirectPage = { isGood: false, title: "Done already", text: "This sign-in has already been answered." };

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen({ port, host, exclusive: true }, () => ready());
  });
}

function show(response: ServerResponse, status: number, { isGood, title, text }: RedirectPage): Promise<void> {
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body><h1 id="${isGood ? "done" : "failed"}">${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</body></html>
`;
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    // The address of this page holds the code.
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  return new Promise((done) => response.end(page, () => done()));
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? "");
}
