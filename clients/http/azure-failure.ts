import { isTemporaryStatus, ServiceError, signInError } from "./errors";
import { ownWords } from "./refusal";
import { retryAfterSeconds } from "./retry-after";

/**
 * What one of Microsoft's clients threw, as ours: its error object holds the request with the token. Everything without an answer comes from
 * our own layer, so an error of the client's own without a status is a failed sign-in; so is one with Entra's status.
 */
export function azureFailure(error: unknown, service: string, operation: string): ServiceError {
  if (error instanceof ServiceError) return error;
  const { name, statusCode, code, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof statusCode !== "number" || name === "AuthenticationError") return signInError(service, operation, error);
  return new ServiceError({
    service,
    operation,
    status: statusCode,
    code: typeof code === "string" ? code.slice(0, 64) : undefined,
    said: ownWords(typeof message === "string" ? message : undefined),
    isTemporary: isTemporaryStatus(statusCode),
    retryAfterSeconds: waitStatedIn(error),
  });
}

/** The `Retry-After` of the answer that one of Microsoft's clients threw; undefined where it states none. */
export function waitStatedIn(error: unknown): number | undefined {
  const { response } = (error ?? {}) as { readonly response?: { readonly headers?: AnsweredHeaders } };
  const text = response?.headers?.get?.("retry-after");
  return text === undefined ? undefined : retryAfterSeconds(new Headers({ "retry-after": text }), new Date());
}

/** Headers as Microsoft's HTTP pipeline keeps them. */
interface AnsweredHeaders {
  get?(name: string): string | undefined;
}
