import type { TokenCredential } from "@azure/identity";
import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

/** What came of one look. "Not there" and "may not look" must never be mistaken for each other. */
export type Look<T> =
  | { readonly kind: "seen"; readonly value: T }
  | { readonly kind: "absent" }
  /** Answered with 401 or 403. */
  | { readonly kind: "denied" }
  /** No answer, or one that says nothing: why, in a few words. */
  | { readonly kind: "failed"; readonly reason: string };

export type Json = Readonly<Record<string, unknown>>;

/** Reads one address. Never writes, never throws. */
export type Looker = (path: string) => Promise<Look<Json>>;

export interface LookerOptions {
  /** Microsoft's name of the service, for reasons. */
  readonly service: string;
  /** What paths are put behind; no slash at the end. */
  readonly endpoint: string;
  /** What the token is for, without a slash at the end. */
  readonly resource: string;
  readonly credential: TokenCredential;
  readonly fetch?: typeof fetch;
  readonly time?: Time;
}

const LONGEST_ANSWER_MS = 30_000;
/** Short: what cannot be told is said, with the wait that the service states, and the next look goes on. */
const BUDGET_MS = 20_000;

/** Looks with an identity's own token, for checks that must tell four things apart. */
export function createLooker({
  service,
  endpoint,
  resource,
  credential,
  fetch: fetcher = fetch,
  time,
}: LookerOptions): Looker {
  const once = async (path: string): Promise<Look<Json>> => {
    const token = await credential.getToken(`${resource}/.default`);
    const answer = await fetcher(`${endpoint}${path}`, {
      headers: { authorization: `Bearer ${token?.token ?? ""}`, accept: "application/json" },
      signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    }).catch((error: unknown) => {
      throw networkError(service, `read ${path}`, error);
    });
    const { status } = answer;
    if (answer.ok) return { kind: "seen", value: (await answer.json()) as Json };
    if (status === 404) return { kind: "absent" };
    if (status === 401 || status === 403) return { kind: "denied" };
    throw new ServiceError({
      service,
      operation: `read ${path}`,
      status,
      isTemporary: isTemporaryStatus(status),
      retryAfterSeconds: retryAfterSeconds(answer.headers, new Date()),
    });
  };
  return async (path) => {
    try {
      return await retry(() => once(path), {
        isTemporary: (error) => error instanceof ServiceError && error.isTemporary,
        budgetMs: BUDGET_MS,
        ...(time && { time }),
      });
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error, service) };
    }
  };
}

/** Status and code only: an error of a sign-in may quote what was sent. */
function reasonOf(error: unknown, service: string): string {
  if (error instanceof ServiceError) {
    const { status, code, retryAfterSeconds: wait } = error;
    const said = [service, status === undefined ? "did not answer" : `answered ${status}`, code].filter(Boolean);
    return `${said.join(" ")}${wait === undefined ? "" : `, asks to wait ${wait} seconds`}`;
  }
  return `no sign-in for ${service} (${signInCode(error)})`;
}

/** Entra's number out of a failed sign-in, else the error's class. */
export function signInCode(error: unknown): string {
  const { message = "", name = "error" } = error as { message?: string; name?: string };
  return /AADSTS\d+/.exec(message)?.[0] ?? name;
}
