import type { TokenCredential } from "@azure/identity";
import { ServiceError } from "./errors";
import { azureClientOptions } from "./http/azure-http-client";
import type { HttpSettings } from "./http/exchange";
import { ownWords } from "./http/refusal";

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
  let unanswered: unknown;
  const onFailure = (error: unknown) => {
    unanswered = error;
  };
  const credential = make(azureClientOptions({ ...settings, service: "Entra", budgetMs: BUDGET_MS, lacks, onFailure }));
  return {
    async getToken(scopes, options) {
      unanswered = undefined;
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        throw unanswered ?? failedSignIn(error);
      }
    },
  };
}

/** Whatever the library says, in our shape. Entra's own words are in it, with its number. */
function failedSignIn(error: unknown): ServiceError {
  const { name, message, statusCode } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const status = typeof statusCode === "number" ? statusCode : undefined;
  const detail = ownWords(String(message ?? name ?? error));
  return new ServiceError({
    ...{ service: "Entra", operation: "sign in", outcome: "unusable", status, code: "not-signed-in", detail },
    isTemporary: false,
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
