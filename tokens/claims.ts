/** What an access token says of itself. Read, never verified: the API that receives the token does that. */
export interface TokenClaims {
  readonly audience: string;
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  /** The delegated permissions; empty for an app-only token. */
  readonly scopes: readonly string[];
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
    methods: texts(payload["amr"]),
    userName: text("upn", "preferred_username", "unique_name"),
    objectId: text("oid"),
    directoryRoles: texts(payload["wids"]),
    issuedAt: timeOf(payload["iat"]),
    expiresAt: timeOf(payload["exp"]),
  };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
    return isObject ? (payload as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON: then it is no such token, which the caller is told.
    return undefined;
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function timeOf(value: unknown): Date | undefined {
  return typeof value === "number" && Number.isFinite(value) ? new Date(value * 1000) : undefined;
}
