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
  /** Left out: the service refused, or did not answer. */
  readonly outcome?: "not-asked" | "unusable" | undefined;
  /** The service's own sentence, cleaned by `ownWords`. */
  readonly said?: string | undefined;
  /** Our sentence about what came in place of an answer. */
  readonly detail?: string | undefined;
  /** One sentence on what to do. */
  readonly help?: string | undefined;
  /** Whether asking again may succeed; decided by status and code, never by words. */
  readonly isTemporary: boolean;
  /** How long the service asks to be left alone (`Retry-After`); undefined when it does not say. */
  readonly retryAfterSeconds?: number | undefined;
  /** Whether a rate limit refused it, so that nothing was done. Default: status 429. */
  readonly isLimit?: boolean | undefined;
}

/** Every failure of a remote service, in one shape. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** The error without the help, for reports that show the two apart. */
  readonly summary: string;
  readonly help: string | undefined;
  readonly isTemporary: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly isLimit: boolean;

  constructor(private readonly failure: ServiceFailure) {
    const summary = summaryOf(failure);
    super(failure.help ? `${summary} ${failure.help}` : summary);
    this.summary = summary;
    this.service = failure.service;
    this.operation = failure.operation;
    this.status = failure.status;
    this.code = failure.code;
    this.requestId = failure.requestId;
    this.help = failure.help;
    this.isTemporary = failure.isTemporary;
    this.retryAfterSeconds = failure.retryAfterSeconds;
    this.isLimit = failure.isLimit ?? failure.status === 429;
  }

  /** The same failure of what this caller asked for. */
  named(operation: string): ServiceError {
    return new ServiceError({ ...this.failure, operation });
  }

  /** The same failure, with what this caller knows to do about it. */
  withHelp(help: string): ServiceError {
    return new ServiceError({ ...this.failure, help });
  }
}

/** Statuses that say "later": too many requests, a time-out, and the server's own failures but "not implemented". */
export function isTemporaryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

/** A failure that never became an answer: refused, reset, timed out, unknown host. */
export function networkError(service: string, operation: string, error: unknown, help?: string): ServiceError {
  return new ServiceError({ service, operation, code: networkCode(error), help, isTemporary: true });
}

/** The sign-in before a request failed: the service itself was not asked. */
export function signInError(service: string, operation: string, error: unknown): ServiceError {
  const { message } = error as { message?: string };
  const detail = `The sign-in failed: ${oneLine(message ?? String(error))}`;
  return new ServiceError({
    service,
    operation,
    outcome: "not-asked",
    code: "not-signed-in",
    detail,
    isTemporary: false,
  });
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").trim();

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

function summaryOf(failure: ServiceFailure): string {
  const { service, operation, outcome, status, code, requestId, said, detail, retryAfterSeconds } = failure;
  const words = detail ?? (said && `${service} says: ${said}`);
  const closing = words ? ` ${words.replace(/[.\s]*$/, ".")}` : "";
  if (outcome === "not-asked") return `${service} was not asked: ${operation}.${closing}`;
  const facts = [
    status === undefined ? outcome === undefined && "no answer" : `status ${status}`,
    code,
    requestId && `request ${requestId}`,
    retryAfterSeconds !== undefined && `asks to wait ${retryAfterSeconds} s`,
  ];
  const lead = outcome === "unusable" ? "gave no usable answer" : "refused or failed";
  return `${service} ${lead}: ${operation} (${facts.filter(Boolean).join(", ")}).${closing}`;
}

/** Ctrl-C before an answer came. Nothing was changed by it. */
export function interruption(service: string, operation: string): ServiceError {
  return new ServiceError({
    ...{ service, operation, outcome: "not-asked", code: "interrupted", detail: "The command was interrupted" },
    isTemporary: false,
  });
}
