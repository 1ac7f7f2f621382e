import { explainRefusal, isSecretRefused, isSignInRefused, type Refusal } from "./explain";
import { scopeOf, type TokenFlow } from "./flow";
import { createPatience, isPast, type Moment, momentOf } from "./patience";
import type { PublishedSecret } from "./published";
import { TokenError } from "./token-error";
import { createVaultMemory, type VaultMemoryParts } from "./vault-memory";

/** A token and how long it serves. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
  readonly flow: TokenFlow;
}

/** Gives access tokens, the same one to everybody until it is nearly over. */
export interface TokenSource {
  /** Throws a `TokenError` when there is none to be had. */
  getToken(): Promise<AccessToken>;
}

/** Who signs in with a password, where the refresh-token flow is not wanted. */
export interface PasswordUser {
  readonly userName: string;
  /** Asked for with each token request; never kept here. */
  readonly password: () => Promise<string>;
}

/** A token in memory. By a clock that was ahead when it came it would live too long, so a steady clock counts its age as well. */
interface Kept extends AccessToken {
  readonly askedAt: Moment;
  readonly lifeMs: number;
}

interface Issued {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string | undefined;
}

type Grant =
  | { readonly kind: "refresh-token"; readonly refreshToken: string; readonly scope: string }
  | { readonly kind: "password"; readonly userName: string; readonly password: string; readonly scope: string }
  | { readonly kind: "app-only"; readonly scope: string };

/** The token endpoint as the client offers it. */
export type Redeem = (
  client: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly secret: string;
  },
  grant: Grant,
) => Promise<
  { readonly issued: Issued; readonly refused?: undefined } | { readonly issued?: undefined; readonly refused: Refusal }
>;

/** All that a token source takes from outside. */
export interface TokenSourceParts extends VaultMemoryParts {
  readonly redeem: Redeem;
  /** What the token is for, without a slash at the end. */
  readonly resource: string;
  readonly user?: PasswordUser | undefined;
}

/** Microsoft's own libraries ask again this long before the end, so that a token never ends on its way. */
const MARGIN_MS = 5 * 60_000;

/**
 * A token source over a vault and a token endpoint. One request at a time, shared by all who wait. A refused secret or sign-in causes one
 * new look at the vault and one more try; a newer refresh token stays in memory, because whoever reads a vault may not write it.
 */
export function createTokens(parts: TokenSourceParts): TokenSource {
  const memory = createVaultMemory(parts);
  let kept: Kept | undefined;
  const patience = createPatience(parts);
  const moment = () => momentOf(parts);
  const isLater = (since: Moment, milliseconds: number) => isPast(since, moment(), milliseconds);
  let pending: Promise<AccessToken> | undefined;

  const redeemOnce = async () => {
    const { secret, signIn, flow } = await memory.current();
    const grant = await grantOf(flow, signIn?.refreshToken, parts);
    // From before the request: a slow answer must not make the token look younger than it is.
    const askedAt = moment();
    return { flow, askedAt, answer: await parts.redeem(clientOf(secret), grant) };
  };

  const request = async (): Promise<AccessToken> => {
    let { flow, askedAt, answer } = await redeemOnce();
    if (answer.refused !== undefined && isWorthAnotherLook(flow, answer.refused)) {
      const isSecret = isSecretRefused(answer.refused);
      const hasChanged = await memory.lookAgain(isSecret ? "secret" : "sign-in");
      // The same secret may be tried again: one of Entra's servers may not know it yet. The same sign-in stays refused.
      if (isSecret || hasChanged) ({ flow, askedAt, answer } = await redeemOnce());
    }
    if (answer.refused !== undefined) throw explainRefusal(answer.refused, flow);
    const { accessToken, expiresInSeconds, refreshToken } = answer.issued;
    if (flow === "refresh-token" && refreshToken !== undefined) memory.keepRefreshToken(refreshToken);
    const life = expiresInSeconds * 1000;
    kept = {
      token: accessToken,
      expiresAt: new Date(askedAt.wall + life),
      flow,
      askedAt,
      lifeMs: life,
    };
    return tokenOf(kept);
  };

  const requestOrKept = async (): Promise<AccessToken> => {
    try {
      return await request();
    } catch (error) {
      // The last minutes of a token are there for this: Entra or the vault may be back before it ends.
      const isServing = kept !== undefined && !isLater(kept.askedAt, kept.lifeMs);
      patience.keep(error);
      if (kept !== undefined && isServing && error instanceof TokenError && error.isTemporary) return tokenOf(kept);
      throw error;
    }
  };

  return {
    async getToken() {
      if (kept !== undefined && !isLater(kept.askedAt, kept.lifeMs - Math.min(MARGIN_MS, kept.lifeMs / 2))) {
        return tokenOf(kept);
      }
      const refusal = patience.refusal();
      if (refusal !== undefined) {
        if (kept !== undefined && !isLater(kept.askedAt, kept.lifeMs)) return tokenOf(kept);
        throw refusal;
      }
      pending ??= requestOrKept().finally(() => {
        pending = undefined;
      });
      return pending;
    },
  };
}

function tokenOf({ token, expiresAt, flow }: AccessToken): AccessToken {
  return { token, expiresAt, flow };
}

function isWorthAnotherLook(flow: TokenFlow, refused: Refusal): boolean {
  return isSecretRefused(refused) || (flow === "refresh-token" && isSignInRefused(refused));
}

/** No more than Entra needs: dates and versions are nothing for a request. */
function clientOf({ tenantId, clientId, secret }: PublishedSecret) {
  return { tenantId, clientId, secret };
}

async function grantOf(flow: TokenFlow, refreshToken: string | undefined, parts: TokenSourceParts): Promise<Grant> {
  const scope = scopeOf(flow, parts.resource);
  if (flow === "app-only") return { kind: flow, scope };
  if (flow === "password") {
    if (parts.user === undefined) {
      throw new TokenError({
        code: "no-password",
        cause: "The password flow needs a user name and a password.",
        nextStep: "Pass user: { userName, password }, or use the refresh-token flow.",
      });
    }
    const { userName, password } = parts.user;
    return { kind: flow, userName, password: await password(), scope };
  }
  return { kind: flow, refreshToken: refreshToken ?? "", scope };
}
