import { interruption, ServiceError, signInError } from "./errors";
import { bodyText, type Exchange, exchange, type HttpSettings, isRead } from "./exchange";
import { field, refusalOf } from "./refusal";
import { READ_BUDGET_MS, retry, standardPause } from "./retry";

/** One question to a service that answers JSON. */
export interface Call extends Exchange {
  /** Asked for anew with each attempt: a wait may outlive a token. */
  readonly accessToken?: (() => Promise<string>) | undefined;
  /** Whether sending it twice does no harm. Default: reads only. */
  readonly isSafe?: boolean | undefined;
  /** Sent as JSON, in place of `body`. */
  readonly json?: unknown;
  /** Statuses that are answers here and no refusals. */
  readonly accepts?: readonly number[] | undefined;
  /** What to do about a refusal, where this client knows. */
  readonly help?: ((code: string | undefined, status: number) => string | undefined) | undefined;
  /** How long it is asked again. Default 90 seconds. */
  readonly budgetMs?: number | undefined;
}

export interface Answer {
  /** What was asked, in full. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined where the answer has no body. */
  readonly body: unknown;
}

/**
 * Asks a service until it answers, by the one rule for repeats. Every failure is a `ServiceError`: no answer, a refusal in the service's own
 * words, a failed sign-in, or an answer that is no JSON.
 */
export function call(request: Call, settings: HttpSettings): Promise<Answer> {
  const { method = "GET", isSafe = isRead(method), budgetMs = READ_BUDGET_MS } = request;
  const { time, signal } = settings;
  return retry(() => callOnce(request, settings), { pause: standardPause({ isSafe }), budgetMs, time, signal });
}

async function callOnce(request: Call, settings: HttpSettings): Promise<Answer> {
  const { service, operation, accessToken, json, accepts = [], help } = request;
  const url = String(request.url);
  if (settings.signal?.aborted) throw interruption(service, operation);
  const token = await accessToken?.().catch((error: unknown) => {
    // What already knows whether it may pass also says what it is; the errors of Microsoft's library do neither.
    const { isTemporary } = error as { readonly isTemporary?: unknown };
    throw typeof isTemporary === "boolean" ? error : signInError(service, operation, error);
  });
  const sent: Exchange = {
    ...request,
    headers: {
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "content-type": "application/json" }),
      ...request.headers,
    },
    body: json === undefined ? request.body : JSON.stringify(json),
  };
  const answer = await exchange(sent, settings);
  const { status, headers } = answer;
  const text = await bodyText(answer, sent, settings);
  const { json: parsed, problem } = jsonProblem(sent, answer, text);
  const secrets = token === undefined ? [] : [token];
  const now = settings.now?.() ?? Date.now();
  const refused = (number: number) =>
    refusalOf({ service, operation, status: number, headers, body: parsed, secrets, help, now });
  if (accepts.includes(status)) return { url, status, headers, body: parsed };
  if (!answer.ok) throw refused(status);
  if (problem !== undefined) throw problem;
  // Insights may put its own failure inside an answer of 200 (seen by one public client).
  const inner = field(parsed, "statusCode");
  if (typeof inner === "number" && inner >= 400 && !accepts.includes(inner)) throw refused(inner);
  return { url, status, headers, body: parsed };
}

/** The JSON of a body, or what is wrong with it. */
export function jsonProblem(
  request: Exchange,
  answer: Response,
  text: string,
): { readonly json: unknown; readonly problem: ServiceError | undefined } {
  // Some answers of Partner Center begin with a byte-order mark, whatever their content type says.
  const bare = text.replace(/^\uFEFF/, "");
  if (bare.trim() === "") return { json: undefined, problem: undefined };
  try {
    return { json: JSON.parse(bare), problem: undefined };
  } catch {
    return { json: undefined, problem: brokenAnswer(request, answer, bare) };
  }
}

/** JSON that breaks off may be whole the next time. Another kind of page comes from something on the way, and will come again. */
function brokenAnswer({ service, operation }: Exchange, { status, headers }: Response, text: string): ServiceError {
  // It began as JSON.
  if (/^\s*[{[]/.test(text)) {
    return new ServiceError({
      service,
      operation,
      outcome: "unusable",
      status,
      code: "truncated",
      detail: "The JSON is incomplete",
      isTemporary: true,
    });
  }
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "no content type";
  return new ServiceError({
    service,
    operation,
    outcome: "unusable",
    status,
    code: "not-json",
    detail: `It was ${type} where JSON was expected`,
    help: "Check the address, and whether a proxy or a sign-in page answers instead of the service.",
    isTemporary: false,
  });
}

/** An answer without what it must hold. Reading on would take "nothing said" for "no". */
export function malformed(service: string, operation: string, what: string): ServiceError {
  return new ServiceError({
    service,
    operation,
    outcome: "unusable",
    code: "malformed",
    detail: `It has no valid ${what}`,
    help: "Check the address, and whether a proxy answers instead of the service.",
    isTemporary: false,
  });
}
