import type { TokenCredential } from "@azure/identity";
import { call } from "../http/call";
import { ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";

/** The result of one read. "Absent" and "denied" must never be confused. */
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

export interface LookerOptions extends HttpSettings {
  /** Microsoft's name of the service, for reasons. */
  readonly service: string;
  /** What paths are put behind; no slash at the end. */
  readonly endpoint: string;
  /** What the token is for, without a slash at the end. */
  readonly resource: string;
  readonly credential: TokenCredential;
}

/** Short: what cannot be told is said, with the wait that the service states, and the next look goes on. */
const BUDGET_MS = 20_000;

/** Looks with an identity's own token, for checks that must tell four things apart. */
export function createLooker({ service, endpoint, resource, credential, ...settings }: LookerOptions): Looker {
  const signIn = async () => (await credential.getToken(`${resource}/.default`))?.token ?? "";
  const accepts = [401, 403, 404];
  return async (path) => {
    const request = { service, operation: `read ${path}`, url: `${endpoint}${path}`, accepts, budgetMs: BUDGET_MS };
    try {
      const { status, body } = await call({ ...request, accessToken: signIn }, settings);
      if (status === 404) return { kind: "absent" };
      if (status === 401 || status === 403) return { kind: "denied" };
      if (typeof body === "object" && body !== null) return { kind: "seen", value: body as Json };
      return { kind: "failed", reason: `${service} answered ${status} without an object` };
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error, service) };
    }
  };
}

/** Status and code only: an error of a sign-in may quote what was sent. */
function reasonOf(error: unknown, service: string): string {
  if (error instanceof ServiceError && error.code !== "not-signed-in") {
    const { status, code, retryAfterSeconds: wait } = error;
    // A sign-in that was not reached is Entra's failure, not this service's.
    const said = [error.service, status === undefined ? "did not answer" : `answered ${status}`, code].filter(Boolean);
    return `${said.join(" ")}${wait === undefined ? "" : `, asks to wait ${wait} s`}`;
  }
  return `no sign-in for ${service} (${signInCode(error)})`;
}

/** Entra's number out of a failed sign-in, else the error's code or class. */
export function signInCode(error: unknown): string {
  const { message = "", name = "error", code } = error as { message?: string; name?: string; code?: unknown };
  return /AADSTS\d+/.exec(message)?.[0] ?? (typeof code === "string" ? code : name);
}
