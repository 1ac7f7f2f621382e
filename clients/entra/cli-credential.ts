import { AzureCliCredential, CredentialUnavailableError, type TokenCredential } from "@azure/identity";
import { SignInSettingsError } from "./arm-environment";

/** Asked for anew this long before its end, so that no call goes out with a token that ends on the way. */
const RENEW_EARLY_MS = 5 * 60_000;

type Token = NonNullable<Awaited<ReturnType<TokenCredential["getToken"]>>>;

/**
 * The sign-in of the person at this machine. The Azure CLI takes a second or more for every answer, so each token is kept until it is nearly
 * over, and one question serves all who ask meanwhile.
 */
export function cliCredential(tenantId: string, cli: TokenCredential = new AzureCliCredential({ tenantId })) {
  const kept = new Map<string, Promise<Token | null>>();
  const ask = async (...asked: Parameters<TokenCredential["getToken"]>) => {
    try {
      return await inTurn(() => cli.getToken(...asked));
    } catch (error) {
      throw error instanceof CredentialUnavailableError ? explained(error, tenantId) : error;
    }
  };
  const credential: TokenCredential = {
    async getToken(scopes, options) {
      const key = [scopes].flat().join(" ");
      const known = await kept.get(key)?.catch(() => undefined);
      if (known && known.expiresOnTimestamp - RENEW_EARLY_MS > Date.now() && !options?.claims) return known;
      const token = ask(scopes, options);
      kept.set(key, token);
      return token;
    },
  };
  return credential;
}

let last: Promise<unknown> = Promise.resolve();

/** One CLI at a time: several would fight for its token cache, and for the processor. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work);
  last = turn;
  return turn;
}

/** Whatever the CLI wrote may quote what it was asked: only what is known of it is repeated. */
function explained({ message }: Error, tenantId: string): SignInSettingsError {
  if (/could not be found/.test(message)) {
    return new SignInSettingsError([
      "the Azure CLI (az) is not on PATH: install it (https://aka.ms/azure-cli), then sign in with az login",
    ]);
  }
  const code = /AADSTS\d+/.exec(message)?.[0];
  const login = `az login --tenant ${tenantId} --allow-no-subscriptions`;
  return new SignInSettingsError([
    `the Azure CLI gives no token of tenant ${tenantId}${code === undefined ? "" : ` (${code})`}: sign in with ${login}`,
  ]);
}
