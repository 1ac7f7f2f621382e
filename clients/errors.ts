/** What a service said when it refused or failed. Never holds a secret: built from an allow-list of fields. */
export interface ServiceFailure {
  /** Which service, in its own name: "Entra", "Key Vault". */
  readonly service: string;
  /** What was asked of it, as a phrase: "app-only token". */
  readonly operation: string;
  /** HTTP status; left out when no answer came. */
  readonly status?: number | undefined;
  /** The service's own code (`AADSTS7000215`), or Node's (`ECONNREFUSED`). */
  readonly code?: string | undefined;
  /** The service's name for the request, to give to its support. */
  readonly requestId?: string | undefined;
  /** One sentence on what to do. */
  readonly help?: string | undefined;
  /** Whether asking again may succeed; decided by status and code, never by words. */
  readonly isTemporary: boolean;
  /** How long the service asks to be left alone (`Retry-After`); undefined when it does not say. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Every failure of a remote service, in one shape. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly help: string | undefined;
  readonly isTemporary: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: ServiceFailure) {
    super(sentenceOf(failure));
    this.service = failure.service;
    this.operation = failure.operation;
    this.status = failure.status;
    this.code = failure.code;
    this.requestId = failure.requestId;
    this.help = failure.help;
    this.isTemporary = failure.isTemporary;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}

/** Statuses that say "later": too many requests, a time-out, and the server's own failures but "not implemented". */
export function isTemporaryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** A failure that never became an answer: refused, reset, timed out, unknown host. */
export function networkError(service: string, operation: string, error: unknown): ServiceError {
  return new ServiceError({ service, operation, code: networkCode(error), isTemporary: true });
}

/**
 * A question to one of Microsoft's own clients that got no answer, with a code to tell the two causes apart: nobody is signed in here
 * (`not-signed-in`), or the service was not reached (`unreachable`). Neither is a refusal.
 */
export function unansweredError(service: string, what: string, error: unknown): Error {
  const { message } = error as { message?: string };
  const said = (message ?? String(error)).replaceAll(/\s+/g, " ").trim();
  const isSignIn = isSignInFailure(error);
  const sentence = isSignIn
    ? `${service} was not asked for ${what}, because the sign-in failed: ${said}`
    : `${service} could not be reached for ${what}: ${said}`;
  return Object.assign(new Error(sentence), { code: isSignIn ? "not-signed-in" : "unreachable" });
}

/** Whether one of Microsoft's own clients failed before it asked, because it got no token. By name: each has classes of its own. */
export function isSignInFailure(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: unknown };
  return /Credential|Authentication/.test(`${name} ${String(code)}`);
}

/** Node hides the code of a failed fetch in the cause, and sometimes one level deeper. */
function networkCode(error: unknown): string {
  let at: unknown = error;
  // By shape, not by class: an error may come from another realm, or from undici's own classes.
  for (let depth = 0; depth < 4 && typeof at === "object" && at !== null; depth += 1) {
    const { code, name, cause } = at as { code?: unknown; name?: unknown; cause?: unknown };
    if (typeof code === "string") return code;
    if (name === "TimeoutError" || name === "AbortError") return name;
    at = cause;
  }
  return "NetworkError";
}

function sentenceOf({ service, operation, status, code, requestId, help, retryAfterSeconds }: ServiceFailure): string {
  const facts = [
    status === undefined ? "no answer" : `status ${status}`,
    code,
    requestId && `request ${requestId}`,
    retryAfterSeconds !== undefined && `asks to wait ${retryAfterSeconds} seconds`,
  ];
  const said = `${service} refused or failed: ${operation} (${facts.filter(Boolean).join(", ")}).`;
  return help ? `${said} ${help}` : said;
}
