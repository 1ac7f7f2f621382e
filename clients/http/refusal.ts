import { isTemporaryStatus, ServiceError } from "./errors";
import { retryAfterSeconds } from "./retry-after";

/** A field of an object whatever its case: reference pages write PascalCase, real answers camelCase. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(value).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

interface Refusal {
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined where there is none. */
  readonly body: unknown;
  /** What was sent and must not come back in a message. */
  readonly secrets?: readonly string[];
  readonly help?: ((code: string | undefined, status: number) => string | undefined) | undefined;
  readonly now: number;
}

/** A refusal with the service's code, its own sentence, its name of the request and the wait that it states. */
export function refusalOf(refusal: Refusal): ServiceError {
  const { service, operation, status, headers, body, secrets = [], help, now } = refusal;
  const code = codeIn(body, headers);
  const wait = statedWait(headers, now);
  const isLimit = isRateLimit(status, headers, body);
  return new ServiceError({
    service,
    operation,
    status,
    code,
    requestId: REQUEST_IDS.map((name) => headers.get(name)).find((id) => id !== null) ?? undefined,
    said: ownWords(sentenceIn(body), secrets),
    help: help?.(code, status),
    isTemporary: isLimit || isTemporaryStatus(status),
    isLimit,
    retryAfterSeconds: isLimit || isTemporaryStatus(status) ? wait : undefined,
  });
}

const REQUEST_IDS = [
  "request-id",
  "x-ms-request-id",
  "ms-requestid",
  "ms-correlationid",
  "x-github-request-id",
  "x-vss-e2eid",
  "activityid",
];

/**
 * GitHub refuses with 403 as well: with `Retry-After`, with nothing left of the limit, or in words only, which its own client library looks
 * for too. Source: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#rate-limit-errors
 */
function isRateLimit(status: number, headers: Headers, body: unknown): boolean {
  if (status !== 403) return status === 429;
  return (
    headers.has("retry-after") ||
    headers.get("x-ratelimit-remaining")?.trim() === "0" ||
    /\bsecondary rate limit\b/i.test(String(field(body, "message") ?? ""))
  );
}

/** `Retry-After`, else when an exhausted limit starts anew, and a second more: their clock and ours differ. */
function statedWait(headers: Headers, now: number): number | undefined {
  const stated = retryAfterSeconds(headers, new Date(now));
  const resetsAt = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  if (stated !== undefined || headers.get("x-ratelimit-remaining")?.trim() !== "0" || Number.isNaN(resetsAt)) {
    return stated;
  }
  return Math.max(0, Math.ceil(resetsAt - now / 1000)) + 1;
}

/**
 * The service's own code: Graph, ARM and Key Vault put it inside `error`, Partner Center beside a description, Entra in `error_codes`.
 * UNVERIFIED where Partner Center's 900420 and 900421 are in a real answer: the challenge and the description are read as well.
 */
function codeIn(body: unknown, headers: Headers): string | undefined {
  const numbers = field(body, "error_codes");
  if (Array.isArray(numbers) && typeof numbers[0] === "number") return `AADSTS${numbers[0]}`;
  const shapes = [body, field(body, "error")];
  for (const found of shapes.flatMap((shape) => [field(shape, "code"), field(shape, "errorCode")])) {
    if (typeof found === "number" || (typeof found === "string" && /^[\w.-]{1,64}$/.test(found))) return String(found);
  }
  const oauthWord = field(body, "error");
  if (typeof oauthWord === "string" && /^\w{1,64}$/.test(oauthWord)) return oauthWord;
  const texts = [
    headers.get("www-authenticate"),
    ...shapes.flatMap((shape) => [field(shape, "description"), field(shape, "message")]),
  ];
  return texts.map((text) => /\b90042[01]\b/.exec(String(text ?? ""))?.[0]).find((code) => code !== undefined);
}

function sentenceIn(body: unknown): string | undefined {
  const shapes = [field(body, "error"), body];
  const texts = shapes.flatMap((shape) =>
    ["message", "description", "error_description"].map((it) => field(shape, it)),
  );
  return texts.find((text): text is string => typeof text === "string" && text.trim() !== "");
}

const LONGEST_SENTENCE = 300;

/**
 * A service's sentence as one line of plain text. What was sent, tokens, and the query of an address (which may be a signature) are left
 * out; so is everything that could steer a terminal.
 */
export function ownWords(text: string | undefined, secrets: readonly string[] = []): string | undefined {
  if (text === undefined) return undefined;
  const known = secrets.filter((secret) => secret.length >= 4);
  const clean = known
    .reduce((rest, secret) => rest.replaceAll(secret, "…"), text)
    .replaceAll(/\beyJ[\w-]+\.[\w.-]+/g, "…")
    .replaceAll(/(https?:\/\/[^\s?"']+)\?[^\s"']*/g, "$1?…")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  if (clean === "") return undefined;
  return clean.length > LONGEST_SENTENCE ? `${clean.slice(0, LONGEST_SENTENCE)}…` : clean;
}
