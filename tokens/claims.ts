import { decodeJwt } from "jose";

/** What an access token says of itself. Read, never verified: the API that receives the token does that. */
export interface TokenClaims {
  readonly audience: string;
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  /** The delegated permissions; empty for an app-only token. */
  readonly scopes: readonly string[];
  /** The application permissions; empty for a user's token. */
  readonly applicationPermissions: readonly string[];
  /** How the user proved who they are: `pwd`, `mfa`, …; empty when it does not say. */
  readonly methods: readonly string[];
  readonly userName: string | undefined;
  readonly objectId: string | undefined;
  /** Template ids of the user's directory roles. */
  readonly directoryRoles: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
}

/** Reads the claims of a JSON web token; undefined when the text is none. */
export function readClaims(token: string): TokenClaims | undefined {
  const payload = payloadOf(token);
  if (payload === undefined) return undefined;
  const text = (...names: readonly string[]) =>
    names.map((name) => payload[name]).find((value): value is string => typeof value === "string" && value !== "");
  const audience = payload["aud"];
  return {
    audience: typeof audience === "string" ? audience : "",
    tenantId: text("tid"),
    // v1 tokens say `appid`, v2 tokens `azp`.
    clientId: text("appid", "azp"),
    scopes: (text("scp") ?? "").split(" ").filter((scope) => scope !== ""),
    applicationPermissions: texts(payload["roles"]),
    methods: texts(payload["amr"]),
    userName: text("upn", "preferred_username", "unique_name"),
    objectId: text("oid"),
    directoryRoles: texts(payload["wids"]),
    issuedAt: timeOf(payload["iat"]),
    expiresAt: timeOf(payload["exp"]),
  };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeJwt(token);
  } catch {
    // No such token, which the caller is told.
    return undefined;
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function timeOf(value: unknown): Date | undefined {
  return typeof value === "number" && Number.isFinite(value) ? new Date(value * 1000) : undefined;
}
