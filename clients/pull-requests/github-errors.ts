import { isTemporaryStatus, networkError, ServiceError } from "../errors";
import type { Refusal } from "./patience";

interface RequestFailure {
  readonly status?: unknown;
  readonly response?: {
    readonly headers?: Readonly<Record<string, string | number | undefined>>;
    readonly data?: { readonly message?: unknown };
  };
}

/** What GitHub's refusal says about when to come back; undefined when nothing was answered. */
export function refusalOf(error: unknown): Refusal | undefined {
  const { status, response } = error as RequestFailure;
  if (typeof status !== "number" || response === undefined) return undefined;
  return {
    status,
    retryAfterSeconds: numberIn(response.headers?.["retry-after"]),
    remaining: numberIn(response.headers?.["x-ratelimit-remaining"]),
    resetsAtSeconds: numberIn(response.headers?.["x-ratelimit-reset"]),
    // GitHub gives this limit no code of its own, and not always a header; its own client library looks for the words too.
    isSecondaryLimit: /\bsecondary rate limit\b/i.test(String(response.data?.message ?? "")),
  };
}

/** One typed error in place of the library's, which carries the request with its token. */
export function describeGitHubError(error: unknown, operation: string): ServiceError {
  const { status, response } = error as RequestFailure;
  if (typeof status !== "number" || response === undefined) return networkError("GitHub", operation, error);
  const requestId = response.headers?.["x-github-request-id"];
  return new ServiceError({
    service: "GitHub",
    operation,
    status,
    requestId: requestId === undefined ? undefined : String(requestId),
    help: helpFor(status, refusalOf(error)),
    isTemporary: isTemporaryStatus(status),
  });
}

function helpFor(status: number, refusal: Refusal | undefined): string | undefined {
  const isLimit = status === 429 || refusal?.remaining === 0 || refusal?.isSecondaryLimit;
  if (isLimit || refusal?.retryAfterSeconds !== undefined) {
    return "A rate limit did not end in time: run it again later.";
  }
  if (status === 401) return "The token in GITHUB_TOKEN is not valid, or no longer.";
  if (status === 403) {
    return (
      "The token may not write here. A workflow that runs for a pull request from a fork gets a token that only reads: post from a " +
      "workflow that is triggered by workflow_run. Elsewhere the job lacks pull-requests: write, checks: write or issues: write."
    );
  }
  if (status === 404) {
    return "GitHub says so too where the token may not look: check GITHUB_REPOSITORY, and the permissions of the job.";
  }
  if (status === 410) return "Issues are turned off in this repository.";
  if (status === 422) return "GitHub does not accept the content: too long, or about a commit it does not know.";
  return undefined;
}

function numberIn(value: string | number | undefined): number | undefined {
  const number = Number(value ?? "x");
  return Number.isFinite(number) ? number : undefined;
}
