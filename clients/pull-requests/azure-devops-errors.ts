import { isTemporaryStatus, networkError, ServiceError } from "../errors";
import { type Patience, patiently, type Refusal } from "./patience";

/** Asks Azure DevOps one thing, waits for its rate limits, and names the thing when it fails. `isSafe`: asking twice does no harm. */
export type Ask = <T>(operation: string, isSafe: boolean, question: () => Promise<T>) => Promise<NonNullable<T>>;

/** What azure-devops-node-api hangs on its errors. */
interface RequestFailure {
  readonly statusCode?: unknown;
  readonly rateLimit?: { readonly retryAfter?: number; readonly remaining?: number; readonly reset?: number };
  readonly responseHeaders?: Readonly<Record<string, string | undefined>>;
}

export function asking(patience: Patience): Ask {
  return async (operation, isSafe, question) => {
    const answer = await patiently(question, refusalOf, isSafe, patience).catch((error: unknown) => {
      throw describeAzureError(error, operation);
    });
    // The library answers null to "not found", and to the sign-in page that comes with status 203 in place of a refusal.
    if (answer === null || answer === undefined) throw azureError(operation, 404);
    return answer;
  };
}

function refusalOf(error: unknown): Refusal | undefined {
  const { statusCode, rateLimit } = error as RequestFailure;
  if (typeof statusCode !== "number") return undefined;
  return {
    status: statusCode,
    retryAfterSeconds: rateLimit?.retryAfter,
    remaining: rateLimit?.remaining,
    resetsAtSeconds: rateLimit?.reset,
  };
}

/** One typed error in place of the library's, which carries whatever page the service answered. */
function describeAzureError(error: unknown, operation: string): ServiceError {
  const { statusCode, responseHeaders } = error as RequestFailure;
  if (typeof statusCode !== "number") return networkError("Azure DevOps", operation, error);
  return azureError(operation, statusCode, responseHeaders?.["x-vss-e2eid"] ?? responseHeaders?.["activityid"]);
}

function azureError(operation: string, status: number, requestId?: string): ServiceError {
  return new ServiceError({
    service: "Azure DevOps",
    operation,
    status,
    requestId,
    help: helpFor(status),
    isTemporary: isTemporaryStatus(status),
  });
}

function helpFor(status: number): string | undefined {
  if (status === 401 || status === 302) return "The token in SYSTEM_ACCESSTOKEN is not valid, or no longer.";
  if (status === 403) {
    return (
      "The token may not do this. The build service needs 'Contribute to pull requests' on the repository (work items: 'Edit work items in " +
      "this node'); a build of a fork gets a token that only reads, so post from the pipeline that runs after it."
    );
  }
  if (status === 404) {
    return "Azure DevOps says so too where the token may not look: check the repository, and the rights of the build service.";
  }
  if (status === 429) return "A rate limit did not end in time: run it again later.";
  return undefined;
}
