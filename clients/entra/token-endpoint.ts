import { jsonProblem } from "../http/call";
import { interruption, isTemporaryStatus, ServiceError } from "../http/errors";
import { bodyText, exchange, type HttpSettings } from "../http/exchange";
import { type Pause, retry, standardPause } from "../http/retry";
import { retryAfterSeconds } from "../http/retry-after";

/** Who asks for a token: a confidential client of one tenant. */
export interface TokenClient {
  /** Entra's sign-in service without the tenant, as in `CloudEndpoints.authority`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The client secret's text. Leaves this file only in a request's body. */
  readonly secret: string;
}

/** What is asked for: one of OAuth's grants, with what only that grant sends. */
export type TokenGrant =
  | { readonly kind: "refresh-token"; readonly refreshToken: string; readonly scope: string }
  | { readonly kind: "password"; readonly userName: string; readonly password: string; readonly scope: string }
  | { readonly kind: "app-only"; readonly scope: string }
  | {
      readonly kind: "code";
      readonly code: string;
      /** PKCE: the text whose hash went with the sign-in. */
      readonly verifier: string;
      readonly redirectUri: string;
      readonly scope: string;
    };

/** What Entra issued. */
interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** Entra replaces a refresh token on each use; undefined where `offline_access` was not granted. */
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
  readonly scope: string | undefined;
}

/** Why there is no token. Built from numbers and OAuth's own words, never from a description: that may repeat what was sent. */
export interface TokenRefusal {
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** OAuth's word, which Microsoft asks clients to decide by: `invalid_grant`, `interaction_required`, … */
  readonly oauthError: string | undefined;
  /** Entra's numbers, the first one first; empty when the answer has none. */
  readonly numbers: readonly number[];
  readonly suberror: string | undefined;
  /** Node's code of a failed connection (`ECONNREFUSED`), or the layer's code for an invalid answer (`redirected`, `malformed`). */
  readonly failure: string | undefined;
  /** Who did not answer, and what may help: set only where no answer came. */
  readonly host?: string | undefined;
  readonly help?: string | undefined;
  /** Entra's name of the request, to give to its support. */
  readonly correlationId: string | undefined;
  readonly isTemporary: boolean;
  /** How long Entra asks to be left alone; undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined;
}

export type TokenAnswer =
  | { readonly issued: IssuedToken; readonly refused?: undefined }
  | { readonly issued?: undefined; readonly refused: TokenRefusal };

/** Asks Entra's token endpoint. A refusal is an answer, not an exception: who asked decides what it means. */
export type TokenEndpoint = (client: TokenClient, grant: TokenGrant) => Promise<TokenAnswer>;

export interface TokenEndpointOptions extends HttpSettings {
  /** How long a temporary failure is asked again; default 20 seconds, 0 for one attempt only. Short: a consumer's own request waits. */
  readonly budgetMs?: number;
}

const SERVICE = "Entra";

/**
 * The v2 endpoint: it takes the same scope texts in every cloud, and refuses the v1 parameter `resource`.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function createTokenEndpoint(options: TokenEndpointOptions = {}): TokenEndpoint {
  const { budgetMs = 20_000, ...settings } = options;
  const { time, signal } = settings;
  return async (client, grant) => {
    const pause: Pause = (error, attempt) =>
      error instanceof TemporaryRefusal ? standardPause({ isSafe: true })(error.failure, attempt) : undefined;
    try {
      return await retry(
        async () => {
          const answer = await ask(client, grant, settings);
          if (answer.refused?.isTemporary) throw new TemporaryRefusal(answer.refused);
          return answer;
        },
        { pause, budgetMs, time, signal },
      );
    } catch (error) {
      if (error instanceof TemporaryRefusal && signal?.aborted) {
        return { refused: unanswered(interruption(SERVICE, grant.kind), client.authority) };
      }
      if (error instanceof TemporaryRefusal) return { refused: error.refused };
      throw error;
    }
  };
}

/** How `retry` learns of a refusal that may pass. Never leaves this file. */
class TemporaryRefusal extends Error {
  readonly failure: ServiceError;

  constructor(readonly refused: TokenRefusal) {
    super("temporary");
    const { status, retryAfterSeconds } = refused;
    this.failure = new ServiceError({
      service: SERVICE,
      operation: "token",
      status,
      retryAfterSeconds,
      isTemporary: true,
    });
  }
}

async function ask(client: TokenClient, grant: TokenGrant, settings: HttpSettings): Promise<TokenAnswer> {
  const { authority, tenantId, clientId, secret } = client;
  const form = new URLSearchParams({ client_id: clientId, client_secret: secret, ...formOf(grant) });
  const request = {
    service: SERVICE,
    operation: grant.kind,
    method: "POST",
    url: `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`,
    headers: { accept: "application/json" },
    body: form,
    // It issues another token each time, and changes nothing.
    isEndable: true,
  };
  let answer: Response;
  let text: string;
  try {
    answer = await exchange(request, settings);
    text = await bodyText(answer, request, settings);
  } catch (error) {
    if (error instanceof ServiceError) return { refused: unanswered(error, request.url) };
    throw error;
  }
  const { json, problem } = jsonProblem(request, answer, text);
  const body = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : undefined;
  if (!answer.ok) return { refused: refusalIn(body, answer, settings.now?.() ?? Date.now()) };
  if (problem !== undefined) return { refused: { ...unanswered(problem, request.url), status: answer.status } };
  const issued = issuedIn(body);
  // The token may have been issued all the same, so asking again is right.
  if (issued === undefined) {
    return { refused: { ...nothingKnown, status: answer.status, failure: "malformed", isTemporary: true } };
  }
  return { issued };
}

function formOf(grant: TokenGrant): Record<string, string> {
  const { scope } = grant;
  switch (grant.kind) {
    case "refresh-token":
      return { grant_type: "refresh_token", refresh_token: grant.refreshToken, scope };
    case "password":
      return { grant_type: "password", username: grant.userName, password: grant.password, scope };
    case "app-only":
      return { grant_type: "client_credentials", scope };
    case "code": {
      const { code, verifier, redirectUri } = grant;
      return { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri, scope };
    }
  }
}

function issuedIn(body: Record<string, unknown> | undefined): IssuedToken | undefined {
  const accessToken = textOf(body?.["access_token"]);
  // The v1 endpoint writes numbers as text.
  const expiresInSeconds = Number(body?.["expires_in"]);
  if (accessToken === undefined || !Number.isFinite(expiresInSeconds)) return undefined;
  return {
    accessToken,
    expiresInSeconds,
    refreshToken: textOf(body?.["refresh_token"]),
    idToken: textOf(body?.["id_token"]),
    scope: textOf(body?.["scope"]),
  };
}

const nothingKnown: TokenRefusal = {
  status: undefined,
  oauthError: undefined,
  numbers: [],
  suberror: undefined,
  failure: undefined,
  correlationId: undefined,
  isTemporary: false,
  retryAfterSeconds: undefined,
};

function refusalIn(
  body: Record<string, unknown> | undefined,
  { status, headers }: Response,
  now: number,
): TokenRefusal {
  const codes: unknown = body?.["error_codes"];
  const oauthError = wordIn(body?.["error"]);
  return {
    status,
    oauthError,
    numbers: Array.isArray(codes) ? codes.filter((code) => typeof code === "number") : [],
    suberror: wordIn(body?.["suberror"]),
    failure: undefined,
    correlationId: wordIn(body?.["correlation_id"]),
    isTemporary: isTemporaryStatus(status) || oauthError === "temporarily_unavailable",
    retryAfterSeconds: retryAfterSeconds(headers, new Date(now)),
  };
}

/** No answer, or an invalid one: a redirect to another host. */
function unanswered({ code, status, isTemporary, help }: ServiceError, url: string): TokenRefusal {
  const { host } = new URL(url);
  return { ...nothingKnown, status, failure: code ?? "NetworkError", isTemporary, host, help };
}

/** A word of the protocol: short, and nothing that could be a text of ours sent back. */
function wordIn(value: unknown): string | undefined {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
