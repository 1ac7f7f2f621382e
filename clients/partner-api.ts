import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

/** Where a partner API answers and how a call proves who it is. */
export interface PartnerApiOptions {
  /** Origin without a slash at the end, `https://api.partnercenter.microsoft.com`. */
  readonly endpoint: string;
  readonly accessToken: () => Promise<string>;
  readonly fetch?: typeof fetch;
  readonly time?: Time;
}

export interface PartnerCall {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Begins with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are answers here and no refusals. */
  readonly accepts?: readonly number[];
  /** What is asked, as a phrase for an error. */
  readonly operation: string;
}

export interface PartnerAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined when the answer has none. */
  readonly body: unknown;
}

type PartnerService = "Partner Center" | "Insights";

const LONGEST_ANSWER_MS = 120_000;
/** Short: somebody waits for the answer, and whoever waits for a report looks again anyway. */
const BUDGET_MS = 20_000;

/**
 * One call of Partner Center or Insights. Every refusal is a `ServiceError` whose `code` is the service's own number. A read is asked again
 * after a failure that may pass; a write never, because one that seemed to fail may have been done, and would be done twice.
 */
export function callPartnerApi(
  service: PartnerService,
  options: PartnerApiOptions,
  call: PartnerCall,
): Promise<PartnerAnswer> {
  const { method = "GET" } = call;
  return retry(() => callOnce(service, options, call), {
    isTemporary: (error) => method === "GET" && error instanceof ServiceError && error.isTemporary,
    budgetMs: BUDGET_MS,
    ...(options.time && { time: options.time }),
  });
}

async function callOnce(
  service: PartnerService,
  { endpoint, accessToken, fetch: fetcher = fetch }: PartnerApiOptions,
  { method = "GET", path, query = {}, body, headers = {}, accepts = [], operation }: PartnerCall,
): Promise<PartnerAnswer> {
  const url = new URL(`${endpoint}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const answer = await fetcher(url, {
    method,
    headers: {
      authorization: `Bearer ${await accessToken()}`,
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
  }).catch((error: unknown) => {
    throw networkError(service, operation, error);
  });
  const parsed = parse(await answer.text().catch(() => ""));
  const { status, headers: received } = answer;
  if (!answer.ok && !accepts.includes(status)) throw refusal(service, operation, status, parsed, received);
  // Insights may put its own failure inside an answer of 200 (seen by one public client).
  const inner = field(parsed, "statusCode");
  if (typeof inner === "number" && inner >= 400 && !accepts.includes(inner))
    throw refusal(service, operation, inner, parsed, received);
  return { status, headers: received, body: parsed };
}

/** A field of an object whatever its case: reference pages write PascalCase, real answers camelCase. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(value).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** A text field whatever its case; undefined when it is missing, null or something else. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}

/** The objects of a list field (`items`, `value`); none when there is no such list. */
export function listField(value: unknown, name: string): readonly object[] {
  const found = field(value, name);
  return Array.isArray(found) ? found.filter((item) => typeof item === "object" && item !== null) : [];
}

/** Some answers of Partner Center begin with a byte-order mark, whatever their content type says. */
function parse(text: string): unknown {
  const bare = text.replace(/^\uFEFF/, "");
  if (bare.trim() === "") return undefined;
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

const HELP: Readonly<Record<string, string>> = {
  "900420": "The token is for another audience: ask for one for https://api.partnercenter.microsoft.com.",
  "900421": "The token shows no MFA, which Partner Center demands of every call with a user: use sign-in.",
};

function refusal(service: string, operation: string, status: number, body: unknown, headers: Headers): ServiceError {
  const code = codeIn(body, headers);
  return new ServiceError({
    service,
    operation,
    status,
    code,
    requestId: headers.get("ms-requestid") ?? headers.get("ms-correlationid") ?? undefined,
    help: code === undefined ? undefined : HELP[code],
    isTemporary: isTemporaryStatus(status),
    retryAfterSeconds: retryAfterSeconds(headers, new Date()),
  });
}

/**
 * The service's own number. UNVERIFIED where 900421 stands in a real answer: `code` as number or text (the documented shape), inside
 * `error`, as `errorCode`, or only in the challenge or a description. All are read.
 */
function codeIn(body: unknown, headers: Headers): string | undefined {
  const shapes = [body, field(body, "error")];
  for (const shape of shapes) {
    for (const name of ["code", "errorCode"]) {
      const found = field(shape, name);
      if (typeof found === "number" || (typeof found === "string" && /^[\w.-]{1,64}$/.test(found)))
        return String(found);
    }
  }
  const texts = [
    headers.get("www-authenticate"),
    ...shapes.flatMap((it) => [field(it, "description"), field(it, "message")]),
  ];
  return texts.map((text) => /\b90042[01]\b/.exec(String(text ?? ""))?.[0]).find((code) => code !== undefined);
}
