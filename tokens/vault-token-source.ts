import type { TokenCredential } from "@azure/identity";
import { authorityOfVault, type CloudName, cloudOfVault, readCloudEndpoints } from "../clients/entra/clouds";
import { createTokenEndpoint } from "../clients/entra/token-endpoint";
import { noteUnusedProxy } from "../clients/http/proxy";
import { createSecretReader } from "../clients/key-vault/secret-reader";
import { MOST_DAYS_OVERDUE, OLDEST_REFRESH_TOKEN_DAYS } from "../rotation/status";
import { PARTNER_AUDIENCE, type TokenFlow, tokenFlows } from "./flow";
import { createTokens, type PasswordUser, type TokenSource } from "./token-source";
import type { TokenWarning } from "./warnings";

/** Where the credentials lie, and what a token is for. */
export interface TokenSourceOptions {
  /** The vault's address, `https://<vault>.vault.azure.net`. */
  readonly vaultUri: string;
  /** What the names of the entries begin with, `partner-insights-<alias>-`. */
  readonly prefix: string;
  /** How this process signs in to the vault, with the right to read. Default: `DefaultAzureCredential`, at the vault's cloud. */
  readonly credential?: TokenCredential | undefined;
  /** Default: refresh-token where the vault has a sign-in, else app-only. */
  readonly flow?: TokenFlow | undefined;
  /** User name and password, for the password flow only. */
  readonly user?: PasswordUser | undefined;
  /** Told at most once a day each: rotation overdue, refresh token old, vault not readable for a while. */
  readonly onWarning?: ((warning: TokenWarning) => void) | undefined;
  /** The API the token is for. Default: Partner Center and Insights. */
  readonly resource?: string | undefined;
  /** The partner tenant's cloud. Default: the vault's. */
  readonly cloud?: CloudName | undefined;
  /** Entra's address in place of the cloud's. Default: `AZURE_AUTHORITY_HOST` where that is set and `cloud` is not given. */
  readonly authority?: string | undefined;
  /** Ends whatever is being asked, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since 1970, in place of the machine's clock. */
  readonly now?: (() => number) | undefined;
}

/**
 * A token source over one vault, with the default wiring: Microsoft's vault client, Entra's token endpoint, the machine's clock. Reads with
 * read rights only, never writes, and keeps a token until five minutes before it expires.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const vaultUri = checkedVaultUri(options);
  const cloud = options.cloud ?? cloudOfVault(vaultUri);
  noteUnusedProxy(process.env);
  // The variable is Microsoft's own for where to sign in; an option is what this caller says himself, and wins.
  const stated = process.env["AZURE_AUTHORITY_HOST"]?.replace(/\/+$/, "") || undefined;
  const standard = options.cloud === undefined ? stated : undefined;
  const { credential, signal } = options;
  const authority = async () =>
    options.authority ?? standard ?? (await readCloudEndpoints({ cloud, signal })).authority;
  const ask = createTokenEndpoint({ signal });
  const authorityHost = stated ?? authorityOfVault(vaultUri);
  return createTokens({
    read: createSecretReader(vaultUri, credential === undefined ? { authorityHost } : { credential }, { signal }),
    redeem: async (client, grant) => ask({ ...client, authority: await authority() }, grant),
    prefix: options.prefix,
    flow: options.flow,
    user: options.user,
    resource: options.resource ?? PARTNER_AUDIENCE,
    now: options.now ?? Date.now,
    steady: options.now === undefined ? () => performance.now() : undefined,
    limits: { mostDaysOverdue: MOST_DAYS_OVERDUE, oldestRefreshTokenDays: OLDEST_REFRESH_TOKEN_DAYS },
    onWarning: options.onWarning,
  });
}

/** Mistakes of the caller, all at once. A TypeError and no `TokenError`: nothing was asked yet. */
function checkedVaultUri({ vaultUri, prefix, flow, user }: TokenSourceOptions): string {
  const problems: string[] = [];
  const url = URL.canParse(vaultUri) ? new URL(vaultUri) : undefined;
  if (url?.protocol !== "https:" || url.pathname !== "/" || url.search !== "") {
    problems.push(`vaultUri must be a vault's address like https://fabrikam.vault.azure.net, got ${show(vaultUri)}`);
  }
  if (typeof prefix !== "string" || !/^[0-9A-Za-z-]*$/.test(prefix)) {
    problems.push(`prefix must be letters, digits and hyphens like partner-insights-contoso-, got ${show(prefix)}`);
  }
  if (flow !== undefined && !tokenFlows.includes(flow)) {
    problems.push(`flow must be one of ${tokenFlows.join(", ")}, got ${show(flow)}`);
  }
  if (flow === "password" && user === undefined) problems.push("the flow password needs user: { userName, password }");
  if (problems.length > 0) throw new TypeError(`createTokenSource:\n${problems.map((it) => ` - ${it}`).join("\n")}`);
  return url?.origin ?? "";
}

const show = (value: unknown) => JSON.stringify(value) ?? String(value);
