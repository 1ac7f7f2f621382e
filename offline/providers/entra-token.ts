import { z } from "zod";
import { requestCliToken } from "./cli-token";
import { requestPipelineToken, type TokenRequest } from "./pipeline-token";
import type { Waits } from "./waits";

/** How the caller proves who it is: one of the four, in this order as in the real plugins. */
export interface Proof {
  readonly clientSecret?: string;
  /** A token of another issuer that the application trusts. */
  readonly assertion?: string;
  /** Where such a token is to be had: each sign-in asks for one of its own. */
  readonly request?: TokenRequest;
  /** Variables of the Azure CLI, which knows the person who is signed in to it. */
  readonly cli?: Readonly<Record<string, string | undefined>>;
}

export interface Identity {
  readonly tenantId: string;
  readonly clientId: string;
  readonly proof: Proof;
}

/** What the clients of one provider share. */
export interface Connection {
  readonly tokens: TokenSource;
  readonly waits: Waits;
  readonly userAgent: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Gets tokens for an audience, each kept until it is nearly over. */
export interface TokenSource {
  token(audience: string): Promise<string>;
}

const tokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.union([z.number(), z.string()]).transform(Number),
});
const errorAnswer = z.object({ error: z.string(), error_description: z.string().optional() });

/** Renewed this long before the end, so that a long poll does not outlive its token. */
const renewEarlySeconds = 5 * 60;
const attempts = 8;

/** @param login address of the sign-in service without trailing slash */
export function createTokenSource(
  login: string,
  identity: Identity,
  waits: Waits,
  fetch: typeof globalThis.fetch,
): TokenSource {
  const kept = new Map<string, Promise<{ text: string; until: number }>>();
  return {
    async token(audience) {
      const known = await kept.get(audience)?.catch(() => undefined);
      if (known !== undefined && known.until > performance.now()) return known.text;
      const fresh = requestToken(login, identity, audience, { waits, fetch });
      kept.set(audience, fresh);
      return (await fresh).text;
    },
  };
}

async function requestToken(
  login: string,
  identity: Identity,
  audience: string,
  { waits, fetch }: Pick<Connection, "waits" | "fetch">,
) {
  if (identity.proof.cli !== undefined) {
    const { accessToken, lifetimeSeconds } = await requestCliToken(identity.proof.cli, identity.tenantId, audience);
    return keptUntil(accessToken, lifetimeSeconds);
  }
  const url = `${login}/${encodeURIComponent(identity.tenantId)}/oauth2/v2.0/token`;
  const body = new URLSearchParams({
    client_id: identity.clientId,
    ...(await proofFields(identity.proof, fetch)),
    grant_type: "client_credentials",
    scope: `${audience}/.default`,
  });
  const response = await postPatiently(url, body, waits, fetch);
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status !== 200) {
    const refusal = errorAnswer.safeParse(answer);
    const reason = refusal.success
      ? `${refusal.data.error}: ${refusal.data.error_description ?? ""}`
      : "no reason was given";
    throw new Error(
      `signing in as ${identity.clientId} in tenant ${identity.tenantId} was refused with status ${response.status}: ${reason}`,
    );
  }
  const token = tokenAnswer.parse(answer);
  return keptUntil(token.access_token, token.expires_in);
}

function keptUntil(text: string, lifetimeSeconds: number) {
  return { text, until: performance.now() + Math.max(lifetimeSeconds - renewEarlySeconds, 1) * 1000 };
}

/** Repeats what is temporary: an unreachable service, 429 and 5xx. */
async function postPatiently(
  url: string,
  body: URLSearchParams,
  waits: Waits,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await fetch(url, { method: "POST", body, redirect: "error" }).catch((error: unknown) =>
      asError(error),
    );
    const isTemporary = outcome instanceof Error || outcome.status === 429 || outcome.status >= 500;
    if (!isTemporary) return outcome;
    if (attempt === attempts) {
      if (outcome instanceof Error)
        throw new Error(`the sign-in service at ${new URL(url).origin} cannot be reached`, { cause: outcome });
      return outcome;
    }
    const asked = outcome instanceof Error ? undefined : retryAfterSeconds(outcome.headers);
    if (asked !== undefined) await waits.asked(asked);
    else await waits.pause(Math.min(2 ** (attempt - 1), 30));
  }
}

/** Whole seconds of a `Retry-After` header; a date counts from now. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

/** Object id of the caller, from a token's claims. */
export function callerObjectId(token: string): string {
  const payload = token.split(".")[1] ?? "";
  const claims = z
    .object({ oid: z.string() })
    .safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8") || "{}"));
  if (!claims.success) throw new Error("the access token does not tell the caller's object id (claim oid)");
  return claims.data.oid;
}

async function proofFields(proof: Proof, fetch: typeof globalThis.fetch): Promise<Record<string, string>> {
  if (proof.clientSecret !== undefined) return { client_secret: proof.clientSecret };
  const assertion = proof.assertion ?? (proof.request && (await requestPipelineToken(proof.request, fetch)));
  if (assertion === undefined) throw new Error("no proof of identity: neither a client secret nor an assertion");
  return {
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
