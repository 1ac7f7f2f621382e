import { entraError } from "./errors";
import { requireParameter, type TokenForm } from "./grant";

/** What a user's token is asked for. */
export interface RequestedAccess {
  /** The API, as the caller wrote it. */
  readonly identifier: string;
  /** Delegated permissions by name; "default" is everything granted (`.default`, and the v1 endpoint always). */
  readonly scopes: readonly string[] | "default";
  /** OpenID Connect's own scopes, which are Microsoft Graph's permissions. */
  readonly openId: readonly string[];
  /** Those of them that need consent: the v1 endpoint hands them out without. */
  readonly openIdToConsent: readonly string[];
  /** Whether a refresh token comes with the first answer. */
  readonly wantsRefreshToken: boolean;
}

const graphIdentifier = "https://graph.microsoft.com";
const openIdScopes = ["openid", "profile", "email", "offline_access"];

/** Reads the parameters of either endpoint; what a request leaves out may come from the one it continues. */
export function readRequestedAccess(
  form: TokenForm,
  endpointVersion: 1 | 2,
  before: { readonly resource: string | null; readonly scope: string | null } = { resource: null, scope: null },
): RequestedAccess {
  return endpointVersion === 1 ? readResource(form, before.resource) : readScope(form, before);
}

function readResource(form: TokenForm, before: string | null): RequestedAccess {
  const identifier = form["resource"] ?? before ?? requireParameter(form, "resource");
  const openId = words(form["scope"]).filter((word) => openIdScopes.includes(word));
  // The v1 endpoint knows no `offline_access`: a refresh token always comes.
  return { identifier, scopes: "default", openId, openIdToConsent: [], wantsRefreshToken: true };
}

function readScope(form: TokenForm, before: { resource: string | null; scope: string | null }): RequestedAccess {
  if (form["resource"] !== undefined) {
    throw entraError(901002, "invalid_request", "The 'resource' request parameter is not supported.");
  }
  const fallback = before.scope ?? (before.resource === null ? null : `${before.resource}/.default`);
  const scope = form["scope"] ?? fallback ?? requireParameter(form, "scope");
  const all = words(scope);
  if (all.length === 0) requireParameter({}, "scope");
  const openId = all.filter((word) => openIdScopes.includes(word));
  const others = all.filter((word) => !openIdScopes.includes(word)).map(splitScope);
  const identifiers = new Set(others.map(({ identifier }) => identifier));
  if (identifiers.size > 1) {
    throw entraError(
      28000,
      "invalid_request",
      `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
    );
  }
  const names = others.map(({ name }) => name);
  if (names.includes(".default") && names.length > 1) {
    throw entraError(
      70011,
      "invalid_scope",
      `The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes. The scope ${scope} is not valid.`,
    );
  }
  return {
    identifier: others[0]?.identifier ?? graphIdentifier,
    scopes: names[0] === ".default" ? "default" : names,
    openId,
    openIdToConsent: openId,
    wantsRefreshToken: openId.includes("offline_access"),
  };
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}

/** `<API>/<permission>`; a bare word is one of Microsoft Graph's. */
function splitScope(scope: string): { identifier: string; name: string } {
  const slash = scope.lastIndexOf("/");
  if (slash < 0) return { identifier: graphIdentifier, name: scope };
  return { identifier: scope.slice(0, slash), name: scope.slice(slash + 1) };
}
