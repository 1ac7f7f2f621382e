import type { GetTokenOptions, TokenCredential } from "@azure/identity";
import { unlessAborted } from "../http/aborted";
import { azureClientOptions } from "../http/azure-http-client";
import { interruption, ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";
import { ownWords } from "../http/refusal";
import { SignInSettingsError } from "./arm-environment";

/** Short: a command waits for its sign-in before it can say anything. */
const BUDGET_MS = 30_000;

export type SignInOptions = ReturnType<typeof azureClientOptions>;

/**
 * One of Microsoft's credentials that sends through our layer. What never became an answer is thrown as our layer's error, with the host:
 * the library replaces it by "network error".
 */
export function signInThrough(
  settings: HttpSettings,
  make: (options: SignInOptions) => TokenCredential,
): TokenCredential {
  let [unanswered, refusal]: [unknown, ServiceError | undefined] = [undefined, undefined];
  const onFailure = (error: unknown) => {
    unanswered = error;
  };
  const onRefusal = (error: ServiceError) => {
    refusal = error;
  };
  const transport = { ...settings, service: "Entra", budgetMs: BUDGET_MS, lacks, onFailure, onRefusal };
  const credential = make(azureClientOptions(transport));
  const interrupted = () => interruption("Entra", "sign in");
  const signIn = async (scopes: Parameters<TokenCredential["getToken"]>[0], options: GetTokenOptions | undefined) => {
    [unanswered, refusal] = [undefined, undefined];
    const ask = () => credential.getToken(scopes, options);
    try {
      // Not every sign-in is a request of ours: the Azure CLI is another program.
      return await (settings.signal === undefined ? ask() : unlessAborted(settings.signal, interrupted, ask));
    } catch (error) {
      if (settings.signal?.aborted) throw interrupted();
      // Already in our words, for the person who runs this.
      if (error instanceof SignInSettingsError) throw error;
      throw unanswered ?? failedSignIn(error, refusal);
    }
  };
  // The library knows a token only once it is there: two who ask at the same time would each sign in.
  const pending = new Map<string, ReturnType<typeof signIn>>();
  return {
    getToken(scopes, options) {
      const { tenantId, claims, enableCae } = options ?? {};
      const wanted = JSON.stringify([scopes, tenantId, claims, enableCae]);
      const asked = pending.get(wanted) ?? signIn(scopes, options).finally(() => pending.delete(wanted));
      pending.set(wanted, asked);
      return asked;
    },
  };
}

/** Whatever the library says, in our shape: Entra's own words are in it, with its number. Status and wait are from Entra's answer. */
function failedSignIn(error: unknown, refusal: ServiceError | undefined): ServiceError {
  const { name, message, statusCode } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const status = typeof statusCode === "number" ? statusCode : refusal?.status;
  const detail = ownWords(String(message ?? name ?? error));
  return new ServiceError({
    ...{ service: "Entra", operation: "sign in", outcome: "unusable", status, code: "not-signed-in", detail },
    isTemporary: refusal?.isTemporary ?? false,
    retryAfterSeconds: refusal?.retryAfterSeconds,
  });
}

/** What a token endpoint must answer; the rest of the protocol is the library's to check. */
function lacks(
  { method, path }: { readonly method: string; readonly path: string },
  body: unknown,
): string | undefined {
  if (method !== "POST" || !/\/token$/.test(path)) return undefined;
  const { access_token: token } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return typeof token === "string" && token !== "" ? undefined : "access_token";
}
