import { createHash } from "node:crypto";

/** What one sign-in is asked with. */
export interface AuthorizationRequest {
  /** Entra's sign-in service without the tenant. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly userName: string;
  readonly scope: string;
  /** Random, once per sign-in: the answer must bring it back. */
  readonly state: string;
  /** PKCE: random, 43 characters or more, never sent before the code is redeemed. */
  readonly verifier: string;
}

/**
 * The address that the user opens. Entra asks anew (`prompt=login`): a session of another account in the same browser must not answer.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function authorizationUrl(request: AuthorizationRequest): string {
  const { authority, tenantId, clientId, redirectUri, userName, scope, state, verifier } = request;
  const url = new URL(`${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/authorize`);
  const parameters = {
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    response_mode: "query",
    scope,
    state,
    login_hint: userName,
    prompt: "login",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.toString();
}

/** What a redirect brought: a code, or Entra's refusal as its own word and numbers. */
export type AuthorizationAnswer =
  | { readonly code: string }
  | { readonly oauthError: string; readonly numbers: readonly number[] };

/** Reads the parameters of a redirect whose state was checked. Undefined when they are neither. */
export function readAuthorization(parameters: URLSearchParams): AuthorizationAnswer | undefined {
  const code = parameters.get("code");
  const error = parameters.get("error");
  if (error === null) return code === null || code === "" ? undefined : { code };
  // The description is Entra's prose about the request: only its numbers are taken.
  const numbers = [...(parameters.get("error_description") ?? "").matchAll(/AADSTS(\d{4,8})/g)].map(([, it]) =>
    Number(it),
  );
  return { oauthError: /^[\w-]{1,64}$/.test(error) ? error : "error", numbers };
}

/** Reads an address that a person pasted. A text says what is wrong with it. */
export function readPasted(text: string, redirectUri: string, state: string): URLSearchParams | string {
  const pasted = text.trim();
  if (!URL.canParse(pasted)) return "that is not an address; copy the whole line from the browser's address bar";
  const url = new URL(pasted);
  const expected = new URL(redirectUri);
  if (url.origin !== expected.origin || url.pathname !== expected.pathname) {
    return `the address must begin with ${redirectUri}, the address the browser ends at after the sign-in`;
  }
  if (url.searchParams.get("state") !== state)
    return "that address belongs to another sign-in; use the one printed last";
  return url.searchParams;
}
