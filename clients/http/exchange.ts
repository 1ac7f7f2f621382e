import { interruption, networkError, ServiceError } from "./errors";
import { proxyHelp } from "./proxy";
import type { Time } from "./retry";

/** What every client takes from outside. All optional: a test hands in what it wants to control. */
export interface HttpSettings {
  readonly fetch?: typeof fetch | undefined;
  readonly time?: Time | undefined;
  /** Wall clock in milliseconds since 1970, against which services state dates. */
  readonly now?: (() => number) | undefined;
  /** Aborted by Ctrl-C. Ends reads and waiting at once, a write under way after a moment; nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the headers of every answer: `Date` shows how far this machine's clock is off. */
  readonly onAnswer?: ((answer: { readonly service: string; readonly headers: Headers }) => void) | undefined;
}

/** One request, named for errors. */
export interface Exchange {
  /** The service in its own name, and what is asked of it as a phrase. */
  readonly service: string;
  readonly operation: string;
  readonly method?: string | undefined;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | URLSearchParams | undefined;
  /** Whether Ctrl-C may end it under way at once. Default: reads only. */
  readonly isEndable?: boolean | undefined;
  /** The redirect itself is the answer, and nothing follows it. */
  readonly keepsRedirect?: boolean | undefined;
  /** For headers and body together. Default 30 seconds. */
  readonly longestAnswerMs?: number | undefined;
  /** Ends it from within, in place of the time limit: for a body that may take long, as long as it moves. */
  readonly until?: AbortSignal | undefined;
}

const LONGEST_ANSWER_MS = 30_000;
/** How long a write under way may still get its answer after Ctrl-C: most do, and it is then known whether it was done. */
const LAST_MOMENT_MS = 700;
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isRead(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method);
}

/**
 * One attempt: the only place that sends a request. It has a time limit for headers and body, and follows a redirect of a read on the same
 * origin only. Anything else could send a token or a secret to an unintended host.
 */
export async function exchange(request: Exchange, settings: HttpSettings): Promise<Response> {
  const { service, operation, method = "GET", headers = {}, body } = request;
  if (settings.signal?.aborted) throw interruption(service, operation);
  const send = settings.fetch ?? fetch;
  const signal = signalOf(request, settings);
  const { origin } = new URL(request.url);
  let url = new URL(request.url);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const sent = { method, headers, redirect: "manual" as const, signal, ...(body !== undefined && { body }) };
    const answer = await unlessFailed(request, settings, () => send(url.href, sent));
    settings.onAnswer?.({ service, headers: answer.headers });
    const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
    if (location === null || request.keepsRedirect === true) return answer;
    await answer.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (!isRead(method) || next?.origin !== origin) throw redirection(request, answer.status, next);
    url = next;
  }
  const detail = "It redirects in a loop";
  throw new ServiceError({ service, operation, outcome: "unusable", code: "redirected", detail, isTemporary: false });
}

/** The text of a body, under the same time limit as the headers. */
export function bodyText(answer: Response, request: Exchange, settings: HttpSettings): Promise<string> {
  return unlessFailed(request, settings, () => answer.text());
}

async function unlessFailed<T>(request: Exchange, settings: HttpSettings, work: () => Promise<T>): Promise<T> {
  const { service, operation } = request;
  const isInterrupted = () => settings.signal?.aborted === true && isSafeToEnd(request);
  if (isInterrupted()) throw interruption(service, operation);
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw isInterrupted() ? interruption(service, operation) : unanswered(request, error);
  }
}

/** Ctrl-C while a write was under way, and no answer came in the moment after it. */
function unfinished({ service, operation }: Exchange): ServiceError {
  const detail = "The command was interrupted before the answer arrived, so the write may or may not have happened";
  return new ServiceError({
    ...{ service, operation, outcome: "unusable", code: "interrupted", detail, help: "Run it again." },
    isTemporary: false,
  });
}

/** Names the host: a mistyped address and a blocked one look alike otherwise. */
export function unanswered({ service, operation, url }: Exchange, error: unknown): ServiceError {
  const { host } = new URL(url);
  return networkError(service, `${operation} at ${host}`, error, proxyHelp());
}

function redirection({ service, operation }: Exchange, status: number, to: URL | undefined): ServiceError {
  return new ServiceError({
    service,
    operation,
    outcome: "unusable",
    status,
    code: "redirected",
    detail: `It was a redirect to ${to?.host ?? "no valid address"}, which was not followed`,
    help: "Redirects are followed on the same host and for reads only: check the address of the service, and any proxy in between.",
    isTemporary: false,
  });
}

function signalOf(request: Exchange, { signal }: HttpSettings): AbortSignal {
  const limit = request.until ?? AbortSignal.timeout(request.longestAnswerMs ?? LONGEST_ANSWER_MS);
  if (signal === undefined) return limit;
  return AbortSignal.any([limit, isSafeToEnd(request) ? signal : aMomentAfter(signal, limit, unfinished(request))]);
}

/** Aborted for this reason a moment after another signal. Listens no longer than the request may take. */
function aMomentAfter(signal: AbortSignal, limit: AbortSignal, reason: ServiceError): AbortSignal {
  const late = new AbortController();
  const end = () => setTimeout(() => late.abort(reason), LAST_MOMENT_MS).unref();
  // Through a signal of its own: many writes at once would be many listeners of one signal.
  AbortSignal.any([signal]).addEventListener("abort", end, { once: true, signal: limit });
  return late.signal;
}

/** A write is not aborted at once: its outcome would be unknown. */
function isSafeToEnd({ method = "GET", isEndable = isRead(method) }: Exchange): boolean {
  return isEndable;
}
