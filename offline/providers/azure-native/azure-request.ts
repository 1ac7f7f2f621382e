import { retryAfterSeconds } from "../entra-token";
import type { Waits } from "../waits";

/** An answer of an Azure service with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text that was no JSON; undefined when empty. */
  readonly body: unknown;
}

/** How often and how long apart the Azure SDK for Go repeats what is temporary. */
export interface RetryPolicy {
  readonly firstDelaySeconds: number;
  readonly longestDelaySeconds: number;
}

const attempts = 4;
const temporary: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Sends a request as the Azure SDK for Go does: three repetitions of temporary answers and of broken connections. */
export async function sendPatiently(send: () => Promise<Response>, policy: RetryPolicy, waits: Waits): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await send()
      .then(readAnswer)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const isTemporary = outcome instanceof Error || temporary.has(outcome.status);
    if (!isTemporary) return outcome;
    if (attempt === attempts) {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    }
    const asked = outcome instanceof Error ? undefined : retryAfterSeconds(outcome.headers);
    if (asked !== undefined) await waits.asked(asked);
    else await waits.pause(Math.min(policy.firstDelaySeconds * 2 ** (attempt - 1), policy.longestDelaySeconds));
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: unknown = text === "" ? undefined : text;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    // A proxy or a broken service answers something else; the text is shown with the error.
  }
  return { status: response.status, headers: response.headers, body };
}

/**
 * An Azure service said no, worded as the real plugin words it since its move to azcore (pulumi-azure-native #3783, and the `Status=` of
 * #4663). `getSecret` and `getVault` put `request failed <id>: ` before it.
 */
export class AzureRefusal extends Error {
  override readonly name = "AzureRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    reason: string,
  ) {
    super(`Status=${status} Code=${JSON.stringify(code)} Message=${JSON.stringify(reason)}`);
  }
}

/** Reads the error of an answer; services differ in whether it has one. */
export function refusalOf(answer: Answer): AzureRefusal {
  const error = (answer.body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  const code = typeof error?.code === "string" ? error.code : "";
  const reason =
    typeof error?.message === "string"
      ? error.message
      : typeof answer.body === "string"
        ? answer.body.slice(0, 500)
        : "";
  return new AzureRefusal(answer.status, code, reason);
}

/**
 * Codes that make a 404 mean "gone" on a refresh. Since 3.11 any other 404 is an error there (pulumi-azure-native #4416; the list as of
 * #4841): a proxy's 404 must not remove a resource from state.
 */
const goneCodes: ReadonlySet<string> = new Set([
  "NotFound",
  "ResourceNotFound",
  "ResourceGroupNotFound",
  "LockNotFound",
  "ParentResourceNotFound",
  "EntityNotFound",
  "SubscriptionNotFound",
  "RoleAssignmentNotFound",
  "VulnerabilityAssessmentBaselineDoesNotExists",
]);

/** Whether a refusal says that the resource is gone. */
export function isGone(error: unknown): boolean {
  return error instanceof AzureRefusal && error.status === 404 && goneCodes.has(error.code);
}
