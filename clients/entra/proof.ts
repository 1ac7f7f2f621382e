import { ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";
import { realTime } from "../http/retry";
import { createTokenEndpoint, type TokenClient, type TokenRefusal } from "./token-endpoint";

/** Who asks Entra for an app-only token, and what for. */
export interface ClientCredentials extends TokenClient {
  /** A resource followed by `/.default`. */
  readonly scope: string;
}

/** How a secret is proven. */
export interface ProofOptions extends ClientCredentials, HttpSettings {
  /** Whether the application was created in this run: replication then takes longer. */
  readonly isNewApplication: boolean;
}

/** What a proof found out. */
export interface Proof {
  readonly successes: number;
  readonly attempts: number;
  readonly seconds: number;
}

const SUCCESSES_IN_A_ROW = 3;
/** Entra's servers learn of a secret one by one: successes close together may all come from the same one. */
const SHORTEST_PROOF_MS = 10_000;
const BETWEEN_SUCCESSES_MS = SHORTEST_PROOF_MS / (SUCCESSES_IN_A_ROW - 1);
const AFTER_FAILURE_MS = [2000, 3000, 5000, 8000, 13_000];
const BUDGET_MS = 5 * 60_000;
const BUDGET_OF_NEW_APPLICATION_MS = 15 * 60_000;

/** Codes that only say "not everywhere yet" while a secret, application or principal is minutes old. */
const NOT_YET: ReadonlySet<number> = new Set([
  7000215, // the secret is not the right one: not replicated
  700016, // the application is not in the tenant: not replicated
  7000229, // the application has no principal in the tenant: not replicated
]);

const HELP: Readonly<Record<number, string>> = {
  7000215: "Entra does not know this secret: it was removed, or it has not reached every server yet; run again later.",
  700016: "Entra does not know the application in this tenant: check the tenant, or run again later.",
  7000229: "The application has no service principal in this tenant: it was removed there, or it is very new.",
  7000222: "The secret has expired: rotate it.",
  7000112: "The application was stopped, so it is disabled: resume it before you rotate.",
  90002: "No such tenant: check tenant.id and the cloud.",
  53003: "Conditional Access blocks this application: exclude it, or allow the location it is used from.",
};

/**
 * Proves that Entra accepts a client secret: three app-only tokens in a row over at least ten seconds. Throws the last
 * refusal when that does not happen within the budget, or at once when waiting cannot help.
 */
export async function proveSecret(options: ProofOptions): Promise<Proof> {
  const time = options.time ?? realTime;
  const budget = options.isNewApplication ? BUDGET_OF_NEW_APPLICATION_MS : BUDGET_MS;
  const startedAt = time.now();
  let failures = 0;
  let streak: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const refusal = await attempt(options);
    const now = time.now();
    if (refusal === undefined) {
      streak.push(now);
      failures = 0;
      if (isProven(streak)) return { successes: streak.length, attempts, seconds: (now - startedAt) / 1000 };
    } else {
      if (!refusal.isTemporary) throw refusal;
      streak = [];
      failures += 1;
    }
    const delay = refusal === undefined ? BETWEEN_SUCCESSES_MS : delayAfter(failures, refusal);
    if (now - startedAt + delay > budget) throw refusal ?? unsteady(options, budget);
    await time.sleep(delay);
  }
}

/** One app-only access token. For callers that need it; a proof never keeps one. */
export async function requestAppOnlyToken(options: ClientCredentials & HttpSettings): Promise<string> {
  const { scope, ...client } = options;
  // One attempt: the caller waits between attempts.
  const ask = createTokenEndpoint({ ...options, budgetMs: 0 });
  const { issued, refused } = await ask(client, { kind: "app-only", scope });
  if (issued !== undefined) return issued.accessToken;
  throw refusalOf(`app-only token for ${client.clientId} in tenant ${client.tenantId}`, refused);
}

async function attempt(options: ProofOptions): Promise<ServiceError | undefined> {
  try {
    await requestAppOnlyToken(options);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function isProven(streak: readonly number[]): boolean {
  const [first] = streak;
  const last = streak.at(-1);
  if (first === undefined || last === undefined) return false;
  return streak.length >= SUCCESSES_IN_A_ROW && last - first >= SHORTEST_PROOF_MS;
}

function delayAfter(failures: number, { retryAfterSeconds = 0 }: ServiceError): number {
  const own = AFTER_FAILURE_MS[Math.min(failures, AFTER_FAILURE_MS.length) - 1] ?? 13_000;
  return Math.max(own, retryAfterSeconds * 1000);
}

function refusalOf(operation: string, refused: TokenRefusal): ServiceError {
  const { status, oauthError, failure, correlationId, isTemporary, retryAfterSeconds } = refused;
  const [number] = refused.numbers;
  return new ServiceError({
    service: "Entra",
    operation,
    status,
    code: number === undefined ? (failure ?? oauthError) : `AADSTS${number}`,
    requestId: correlationId,
    help: number === undefined ? undefined : HELP[number],
    isTemporary: isTemporary || (number !== undefined && NOT_YET.has(number)),
    retryAfterSeconds,
  });
}

function unsteady({ clientId }: ProofOptions, budget: number): ServiceError {
  return new ServiceError({
    service: "Entra",
    operation: `three tokens in a row for ${clientId} within ${budget / 60_000} min`,
    code: "unsteady",
    help: "Some of Entra's servers do not accept the new secret yet: run again later; the old secret stays published.",
    isTemporary: true,
  });
}
