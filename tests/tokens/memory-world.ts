import type { Refusal } from "../../tokens/explain";
import type { Reading } from "../../tokens/published";
import { createTokens, type Redeem, type TokenSourceParts } from "../../tokens/token-source";
import type { TokenWarning } from "../../tokens/warnings";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const start = Date.parse("2026-03-01T08:00:00Z");

/** A version of a vault entry. */
export interface Entry {
  value: string;
  tags: Record<string, string>;
  version: string;
}

/** What Entra answers with this word of OAuth and these numbers. */
export const refusal = (oauthError: string, ...numbers: number[]): Refusal => ({
  status: oauthError === "invalid_client" ? 401 : 400,
  oauthError,
  numbers,
  failure: undefined,
  correlationId: undefined,
  isTemporary: false,
});
/** An outage. */
export const down: Refusal = { ...refusal("server_error"), status: 503, oauthError: undefined, isTemporary: true };

/** A vault and an Entra in memory: secrets and refresh tokens that Entra accepts, and everything it was asked. */
export function createWorld(changes: Partial<TokenSourceParts> = {}) {
  const world = {
    now: start,
    entries: new Map<string, Entry | Reading>([
      [
        "p-client-secret",
        { value: "secret 1", tags: { tenantId: "tenant", clientId: "client", dueOn: "2026-05-20" }, version: "s1" },
      ],
      ["p-refresh-token", { value: "refresh 1", tags: { obtainedAt: "2026-03-01T07:00:00Z" }, version: "r1" }],
    ]),
    secrets: new Set(["secret 1"]),
    refreshTokens: new Set(["refresh 1"]),
    reads: [] as string[],
    asked: [] as { kind: string; secret: string; refreshToken?: string }[],
    refused: 0,
    lifeSeconds: 3599,
    next: undefined as Refusal | undefined,
    replaces: true,
    warnings: [] as TokenWarning[],
    put(name: string, value: string, version: string, tags: Record<string, string> = {}) {
      const before = world.entries.get(name) as Entry;
      world.entries.set(name, { value, version, tags: { ...before?.tags, ...tags } });
    },
  };
  const read = async (name: string): Promise<Reading> => {
    world.reads.push(name);
    const entry = world.entries.get(name);
    if (entry === undefined) return { kind: "missing" };
    return "kind" in entry ? entry : { kind: "found", ...entry };
  };
  let issued = 0;
  const redeem: Redeem = async ({ secret }, grant) => {
    const { kind } = grant;
    const refreshToken = kind === "refresh-token" ? grant.refreshToken : undefined;
    world.asked.push({ kind, secret, ...(refreshToken !== undefined && { refreshToken }) });
    const refused = refusalOf(secret, refreshToken);
    if (refused !== undefined) {
      world.refused += 1;
      return { refused };
    }
    issued += 1;
    const newer = `refresh ${issued + 1} of ${refreshToken}`;
    if (refreshToken !== undefined) world.refreshTokens.add(newer);
    return {
      issued: {
        accessToken: `token ${issued}`,
        expiresInSeconds: world.lifeSeconds,
        refreshToken: refreshToken !== undefined && world.replaces ? newer : undefined,
      },
    };
  };
  const refusalOf = (secret: string, refreshToken: string | undefined): Refusal | undefined => {
    if (world.next !== undefined) return world.next;
    if (!world.secrets.has(secret)) return refusal("invalid_client", 7000215);
    if (refreshToken !== undefined && !world.refreshTokens.has(refreshToken)) return refusal("invalid_grant", 50173);
    return undefined;
  };
  const source = createTokens({
    read,
    redeem,
    prefix: "p-",
    resource: "https://api.partnercenter.microsoft.com",
    now: () => world.now,
    limits: { mostDaysOverdue: 14, oldestRefreshTokenDays: 60 },
    onWarning: (warning) => world.warnings.push(warning),
    ...changes,
  });
  return { world, source };
}
