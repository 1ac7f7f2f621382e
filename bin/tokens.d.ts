// The types of `partner-insights-access/tokens`. Written by hand and held against the sources by a test: sources as types would be
// checked again by every program that imports them, with that program's own compiler options.

/** How a token is asked for. */
export type TokenFlow = "refresh-token" | "password" | "app-only";

/** A token and how long it serves. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
  readonly flow: TokenFlow;
}

/** Gives access tokens, the same one to everybody until five minutes before its end. */
export interface TokenSource {
  /** Throws a `TokenError` when there is none to be had. */
  getToken(): Promise<AccessToken>;
}

/** Who signs in with a password, where the refresh-token flow is not wanted. */
export interface PasswordUser {
  readonly userName: string;
  /** Asked for with each token request; never kept. */
  readonly password: () => Promise<string>;
}

/** Something that will break tokens later if nobody looks. */
export interface TokenWarning {
  readonly code: "rotation-overdue" | "refresh-token-old" | "refresh-token-undated" | "vault-unread";
  /** One sentence: what, since when, what to do. */
  readonly sentence: string;
}

/** Any credential of `@azure/identity`, by shape. */
export interface VaultCredential {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Where the credentials lie, and what a token is for. */
export interface TokenSourceOptions {
  /** The vault's address, `https://<vault>.vault.azure.net`. */
  readonly vaultUri: string;
  /** What the names of the entries begin with, `partner-insights-<alias>-`. */
  readonly prefix: string;
  /** How this process signs in to the vault, with the right to read. Default: `DefaultAzureCredential`, at the vault's cloud. */
  readonly credential?: VaultCredential | undefined;
  /** Default: refresh-token where the vault has a sign-in, else app-only. */
  readonly flow?: TokenFlow | undefined;
  /** User name and password, for the password flow only. */
  readonly user?: PasswordUser | undefined;
  /** Told at most once a day each: rotation overdue, refresh token old, vault not readable for a while. */
  readonly onWarning?: ((warning: TokenWarning) => void) | undefined;
  /** The API the token is for. Default: Partner Center and Insights. */
  readonly resource?: string | undefined;
  /** The partner tenant's cloud. Default: the vault's. */
  readonly cloud?: "public" | "usgovernment" | "china" | undefined;
  /** Entra's address in place of the cloud's. Default: `AZURE_AUTHORITY_HOST` where that is set and `cloud` is not given. */
  readonly authority?: string | undefined;
  /** Ends whatever is being asked, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since 1970, in place of the machine's clock. */
  readonly now?: (() => number) | undefined;
}

/** What `getToken` throws: why, for machines and for people, and what to do. Holds no secret. */
export declare class TokenError extends Error {
  /** Stable: Entra's code (`AADSTS50076`), or one of ours (`not-signed-in`). */
  readonly code: string;
  readonly cause: string;
  readonly nextStep: string;
  /** Whether asking again later may succeed without anybody doing anything. */
  readonly isTemporary: boolean;
  /** How long Entra asks to be left alone; until then `getToken` asks nobody. Undefined when it does not say. */
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Reads a vault with read rights only, never writes, and gives access tokens: kept until five minutes before their end, one request shared
 * by all who wait, a rotated client secret picked up without a restart.
 */
export declare function createTokenSource(options: TokenSourceOptions): TokenSource;
